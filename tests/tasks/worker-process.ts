import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { onTestFinished, vi } from 'vitest';

/** What a worker of the tests says: that it takes jobs, that it is at a task, or what it was asked for. */
export type WorkerMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'at'; readonly task: string; readonly id: string }
  | { readonly kind: 'told'; readonly told: Told }
  | { readonly kind: 'problem'; readonly text: string };

/** How runs of a pool ended, by task. */
export type Told = Readonly<Record<string, { readonly fulfilled: number; readonly rejected: number }>>;

/** A worker of the tests: a process of its own, with shards of its own. */
export interface WorkerProcess {
  readonly child: ChildProcess;
  /** What it has said so far. */
  readonly messages: readonly WorkerMessage[];
  /** Resolves when it is at so many attempts of a task, all that it has begun counted together. */
  isAt(task: string, times: number): Promise<void>;
  /** SIGKILL; waits for its end. */
  kill(): Promise<void>;
  /** Lets it end by itself, with all that it has in hand answered. */
  stop(): Promise<number | null>;
}

/** Starts a program of this directory as a worker; resolves when it takes jobs. */
export async function startWorker(
  program: string,
  env: Readonly<Record<string, string>>,
  watch: (child: ChildProcess) => void = () => {},
): Promise<WorkerProcess> {
  const child = fork(fileURLToPath(new URL(program, import.meta.url)), {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: [],
  });
  watch(child);
  const ended = once(child, 'exit') as Promise<[number | null]>;
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const messages: WorkerMessage[] = [];
  child.on('message', (message: WorkerMessage) => messages.push(message));
  const until = async (holds: () => boolean): Promise<void> => {
    await vi.waitUntil(
      () => {
        if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}`);
        return holds();
      },
      { timeout: 50_000, interval: 20 },
    );
  };
  await until(() => messages.some(({ kind }) => kind === 'ready'));
  return {
    child,
    messages,
    isAt: (task, times) =>
      until(() => messages.filter((each) => each.kind === 'at' && each.task === task).length >= times),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    async stop() {
      child.send('stop');
      const [code] = await ended;
      return code;
    },
  };
}
