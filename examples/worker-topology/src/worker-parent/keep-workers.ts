import { reportEvent } from '../process/run-program.js';
import { type Program, ProgramStartError } from '../process/start-program.js';

/** Workers that are replaced when they die. */
export interface WorkerCrew {
  /** Rejects when a worker cannot start: a replacement would fail in the same way. */
  readonly failed: Promise<never>;
  /** Settles when each worker is ready for the first time. */
  readonly ready: Promise<void>;
  /** Replaces none any more, lets each finish its jobs, and settles when all are gone. */
  stop(): Promise<void>;
}

/** Keeps `count` workers running. */
export function keepWorkers(count: number, startWorker: () => Promise<Program>): WorkerCrew {
  const running = new Set<Program>();
  let stopping = false;

  /** Starts a worker; tries again if something killed it meanwhile, which says nothing about its successor. */
  async function startOne(): Promise<Program> {
    for (;;) {
      try {
        return await startWorker();
      } catch (error) {
        if (stopping || !(error instanceof ProgramStartError) || error.end.kind === 'exited') throw error;
      }
    }
  }

  async function fill(place: { readonly onReady: () => void }): Promise<void> {
    while (!stopping) {
      const worker = await startOne();
      running.add(worker);
      reportEvent({ kind: 'worker-started', pid: worker.pid, backend: worker.details.backend ?? 'pwrite' });
      place.onReady();
      if (stopping) await worker.stop();
      const end = await worker.ended;
      running.delete(worker);
      reportEvent({ kind: 'worker-ended', pid: worker.pid, end });
    }
  }

  const places: Promise<void>[] = [];
  const ready = Array.from({ length: count }, () => {
    return new Promise<void>((onReady) => {
      places.push(fill({ onReady }));
    });
  });
  // A place is only given up by stop(), or by an error.
  const failed = Promise.all(places).then(() => new Promise<never>(() => undefined));

  return {
    failed,
    ready: Promise.race([Promise.all(ready).then(() => undefined), failed]),
    async stop() {
      stopping = true;
      await Promise.all([...running].map((worker) => worker.stop()));
      await Promise.allSettled(places);
    },
  };
}
