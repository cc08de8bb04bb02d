import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** How a program ended, and what it wrote. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

const BIN = fileURLToPath(
  new URL('../node_modules/@promshard/queues/dist/dead-letters/bin.js', import.meta.url),
);
const KILLED_CHANGE = fileURLToPath(new URL('killed-change.mjs', import.meta.url));
/** Its `node_modules` has the drivers. */
const PROJECT = fileURLToPath(new URL('..', import.meta.url));

/** The bin, while it runs. */
export function startBin(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd = PROJECT,
): ChildProcess {
  return spawn(process.execPath, [BIN, ...args], {
    cwd,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

export async function runBin(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd?: string,
): Promise<Ended> {
  return endOf(startBin(args, env, cwd));
}

/** What the bin printed as JSON; it has to have ended with 0. */
export async function runBinForJson(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await runBin([...args, '--json'], env);
  if (code !== 0) throw new Error(`promshard-dead-letters ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as Record<string, unknown>;
}

/** A process that replays or drops one letter and kills itself at a step; see `killed-change.mjs`. */
export async function changeAndDie(
  broker: string,
  url: string,
  action: 'replay' | 'drop',
  queue: string,
  to: string,
  step: number,
): Promise<Ended> {
  return endOf(
    spawn(process.execPath, [KILLED_CHANGE, broker, url, action, queue, to, String(step)], {
      cwd: PROJECT,
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
}

export async function endOf(child: ChildProcess): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal, stdout, stderr };
}
