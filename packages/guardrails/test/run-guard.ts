import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The built program. */
const BIN = fileURLToPath(new URL('../dist/bin.js', import.meta.url));

/** The built run-time guard, for `--import`. */
export const NO_LISTEN: string = new URL('../dist/no-listen.js', import.meta.url).href;

export interface ProgramRun {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Runs `promshard-guard` in a folder. */
export function runGuard(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): ProgramRun {
  return runNode(cwd, [BIN, ...args], env);
}

/** Runs Node.js in a folder. */
export function runNode(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): ProgramRun {
  const { PROMETHEUS_MULTIPROC_DIR: _, ...inherited } = process.env;
  const run = spawnSync(process.execPath, [...args], {
    cwd,
    env: { ...inherited, ...env },
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { code: run.status, output: run.stdout, errors: run.stderr };
}
