import type { ProgramEnd } from '../process/messages.js';
import { reportEvent } from '../process/run-program.js';
import { type Program, ProgramStartError } from '../process/start-program.js';

/** Workers that are replaced when they die. */
export interface WorkerCrew {
  /** Rejects when a replacement cannot start: the next one would fail in the same way. */
  readonly failed: Promise<never>;
  /** Replaces none any more, lets each finish its jobs, and settles when all are gone. */
  stop(): Promise<void>;
}

interface CrewOptions {
  readonly count: number;
  readonly startWorker: () => Promise<Program>;
  /** Told of each worker that was ready once and has ended. */
  readonly onEnd: (end: ProgramEnd) => void;
}

/**
 * Starts workers and keeps as many running, whatever ends one of them.
 *
 * @throws {@link ProgramStartError} if one of the first cannot start.
 */
export async function keepWorkers({ count, startWorker, onEnd }: CrewOptions): Promise<WorkerCrew> {
  const running = new Set<Program>();
  let stopping = false;

  async function keepPlace(first: Program): Promise<void> {
    for (let worker = first; ; worker = await startReplacement(startWorker)) {
      running.add(worker);
      reportEvent({ kind: 'worker-started', pid: worker.pid, backend: worker.details.backend! });
      if (stopping) await worker.stop();
      const end = await worker.ended;
      running.delete(worker);
      onEnd(end);
      reportEvent({ kind: 'worker-ended', pid: worker.pid, end });
      if (stopping) return;
    }
  }

  const workers = await Promise.all(Array.from({ length: count }, startWorker));
  const places = workers.map(keepPlace);

  return {
    // A place is given up in two ways: by an error, and by stop(), which is no failure.
    failed: Promise.all(places).then(() => new Promise<never>(() => undefined)),
    async stop() {
      stopping = true;
      await Promise.all([...running].map((worker) => worker.stop()));
      await Promise.allSettled(places);
    },
  };
}

/** Tries again if something killed the replacement before it was ready: that says nothing about the next one. */
async function startReplacement(startWorker: () => Promise<Program>): Promise<Program> {
  for (;;) {
    try {
      return await startWorker();
    } catch (error) {
      if (!(error instanceof ProgramStartError) || error.end.kind === 'exited') throw error;
    }
  }
}
