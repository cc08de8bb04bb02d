import {
  execFile,
  fork,
  spawn,
  spawnSync,
  type ChildProcess,
  type ChildProcessByStdio,
} from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

import { loadNative } from '@promshard/native';
import { onTestFinished } from 'vitest';

const mustHaveTools = process.env['TEST_TOOLS_REQUIRED'] === '1';

/** For `skipIf`: the addon is not compiled for this machine, so nothing can be locked. */
export const addonIsAbsent: boolean = need('the native addon', loadNative().addon !== undefined);

/** For `skipIf`: this user cannot make a PID namespace. */
export const namespacesAreForbidden: boolean = need(
  'unshare --pid',
  spawnSync('unshare', ['--pid', '--fork', 'true']).status === 0,
);

/** For `skipIf`: this user cannot mount a file system. */
export const mountsAreForbidden: boolean = need(
  'mount as root',
  process.platform === 'linux' && process.getuid?.() === 0 && spawnSync('mount', ['--version']).status === 0,
);

const pm2Candidate = process.env['TEST_TOOLS_PM2'];

/** The folder of PM2's package, of a release that can be driven from a program; undefined where there is none. */
export const pm2: string | undefined = need('PM2, as TEST_TOOLS_PM2', pm2Candidate !== undefined)
  ? undefined
  : pm2Candidate;

const pythonCandidate = process.env['TEST_TOOLS_PYTHON'] ?? 'python3';

/** A Python with prometheus_client; undefined, for `skipIf`, where there is none. */
export const python: string | undefined = need(
  'python3 with prometheus_client',
  spawnSync(pythonCandidate, ['-c', 'import prometheus_client.mmap_dict']).status === 0,
)
  ? undefined
  : pythonCandidate;

function need(what: string, isThere: boolean): boolean {
  if (!isThere && mustHaveTools) throw new Error(`TEST_TOOLS_REQUIRED=1, but ${what} is not to be had.`);
  return !isThere;
}

/** Path of a program for child processes. */
export const fixture = (name: string): string =>
  fileURLToPath(new URL(`./fixtures/${name}.js`, import.meta.url));

/** How a process ended, and what it printed. */
export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs Node.js to its end; never rejects for how it ended. */
export function runNode(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { env: { ...process.env, ...env } };
    const child = execFile(process.execPath, args, options, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode, signal: child.signalCode, stdout, stderr });
    });
  });
}

/** A process that talks to the test; killed when the running test ends. */
export function forkFixture(name: string, args: readonly string[]): ChildProcess {
  const child = fork(fixture(name), args);
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** A writer's process. */
export interface WriterProcess {
  readonly child: ChildProcessByStdio<Writable, Readable, null>;
  /** The next line that it prints. */
  line(): Promise<string>;
  /** Writes a line to it, and gives the next one that it prints. */
  ask(order: string): Promise<string>;
  kill(): Promise<void>;
}

/** Starts a writer and waits for its files; gives its id too. Killed when the running test ends. */
export async function startWriter(
  args: readonly string[],
  prefix: readonly string[] = [],
): Promise<WriterProcess & { id: string }> {
  const writer = startProgram([...prefix, process.execPath, fixture('writer'), ...args]);
  return { ...writer, id: await writer.line() };
}

/** Starts a program that answers a line with a line. Killed when the running test ends. */
export function startProgram(command: readonly string[], env: NodeJS.ProcessEnv = {}): WriterProcess {
  const [program = process.execPath, ...rest] = command;
  const child = spawn(program, rest, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...env } });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async (): Promise<string> => (await lines.next()).value ?? '';
  const kill = async (): Promise<void> => {
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  };
  const ask = (order: string): Promise<string> => {
    child.stdin.write(`${order}\n`);
    return line();
  };
  return { child, line, ask, kill };
}
