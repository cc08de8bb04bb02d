import { type ChildProcess, fork } from 'node:child_process';

import type { Job, WorkerMessage } from '../job.js';

/** Workers that are replaced when they die, and the jobs that wait for them. */
export interface WorkerPool {
  add(job: Job): void;
  /** Lets the workers do what there is, ends them, and says how the jobs ended. */
  drain(): Promise<Tally>;
}

/** How jobs ended. */
export interface Tally {
  readonly success: number;
  readonly failure: number;
}

interface PoolOptions {
  /** The built worker. */
  readonly file: URL;
  readonly size: number;
  /** Told of each worker that starts or ends. */
  readonly say: (line: string) => void;
}

/** Starts the workers. */
export function createWorkerPool({ file, size, say }: PoolOptions): WorkerPool {
  const waiting: Job[] = [];
  const idle: ChildProcess[] = [];
  const inHand = new Map<ChildProcess, Job>();
  const tally = { success: 0, failure: 0 };
  let workers = 0;
  let drained: ((tally: Tally) => void) | undefined;

  function start(): void {
    const worker = fork(file, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    workers += 1;
    worker.on('message', (message: WorkerMessage) => {
      if (message.kind === 'ready') say(`worker ${worker.pid} is ready`);
      else tally[message.outcome] += 1;
      inHand.delete(worker);
      idle.push(worker);
      deal();
    });
    worker.once('exit', (code, signal) => end(worker, signal ?? code));
  }

  function end(worker: ChildProcess, how: string | number | null): void {
    workers -= 1;
    say(`worker ${worker.pid} ended (${how})`);
    const job = inHand.get(worker);
    inHand.delete(worker);
    if (idle.includes(worker)) idle.splice(idle.indexOf(worker), 1);
    if (job !== undefined) waiting.unshift(job);
    if (drained === undefined || job !== undefined) start();
    else if (workers === 0) drained(tally);
  }

  function deal(): void {
    for (let worker = idle[0]; worker !== undefined && waiting.length > 0; worker = idle[0]) {
      idle.shift();
      const job = waiting.shift()!;
      inHand.set(worker, job);
      worker.send(job);
    }
    // A worker ends when nobody can ask it for anything any more.
    if (drained !== undefined && waiting.length === 0)
      for (const worker of idle.splice(0)) worker.disconnect();
  }

  for (let worker = 0; worker < size; worker += 1) start();
  return {
    add(job) {
      waiting.push(job);
      deal();
    },
    drain: () =>
      new Promise((resolve) => {
        drained = resolve;
        deal();
      }),
  };
}
