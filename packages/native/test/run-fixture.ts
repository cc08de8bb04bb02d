import { execFile, fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

import { onTestFinished } from 'vitest';

const fixture = (name: string): string => fileURLToPath(new URL(`./fixtures/${name}.js`, import.meta.url));

/** How a process ended, and what it printed. */
export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end; never rejects for how it ended. */
export function run(
  file: string,
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv } = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(file, args, options, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode, signal: child.signalCode, stdout, stderr });
    });
  });
}

/** Runs a fixture to its end in a process of its own. */
export function runFixture(
  name: string,
  args: readonly string[],
  nodeArgs: readonly string[] = [],
): Promise<Ended> {
  return run(process.execPath, [...nodeArgs, fixture(name), ...args]);
}

/** A process that does as it is told; killed when the running test ends. */
export class Peer {
  readonly #child: ChildProcess;

  constructor(path: string) {
    this.#child = fork(fixture('peer'), [path]);
    onTestFinished(() => void this.#child.kill('SIGKILL'));
  }

  /** Sends one action and waits for its result. */
  async ask(action: string, ...parameters: readonly unknown[]): Promise<unknown> {
    const answer = once(this.#child, 'message');
    this.#child.send([action, ...parameters]);
    const [result]: unknown[] = await answer;
    return result;
  }

  /** Ends the process as the kernel's OOM killer would, and waits until it is gone. */
  async kill(): Promise<void> {
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exit;
  }
}

/** A worker thread that has mapped and locked a file; terminated when the running test ends. */
export async function startThread(
  data: Readonly<{ path: string; reserveBytes: number; mappings: number; count: boolean }>,
): Promise<{ worker: Worker; report: unknown }> {
  const worker = new Worker(fixture('thread'), { workerData: data });
  onTestFinished(async () => void (await worker.terminate()));
  const [report]: unknown[] = await once(worker, 'message');
  return { worker, report };
}
