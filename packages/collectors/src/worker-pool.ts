import { checkName } from './check-options.js';
import type { Collector, RunningCollector } from './collector.js';
import { checkOptionNames } from './option-names.js';
import {
  type JobResult,
  ProcessedJobs,
  standingSamples,
  WORKER_POOL_FAMILIES,
} from './worker-pool-families.js';

/** One job on its way through a pool. Each call counts once; what is over stays so. */
export interface PoolJob<W extends object = object> {
  /** A worker is at it now. */
  started(worker?: W): void;
  /** It is over, from wherever it was. */
  ended(result: JobResult): void;
}

/** How a pool is shown. */
export interface WorkerPoolOptions {
  /** The value of the label `name`: what you call it, such as `thumbnails`. */
  readonly name: string;
  /** How many workers there are, if it is known. */
  readonly workers?: () => number;
}

/** A pool of workers that tells of its jobs itself. */
export interface WorkerPool<W extends object = object> extends Collector {
  /** A job that waits for a worker from now on. */
  job(): PoolJob<W>;
}

/** The jobs of a pool, which counts from when it is made, whether or not it is collected. */
export class PoolJobs<W extends object> {
  readonly processed: ProcessedJobs = new ProcessedJobs(['success', 'failure', 'aborted', 'lost']);
  queued = 0;
  readonly #active = new Map<PoolJob<W>, W | undefined>();

  get active(): number {
    return this.#active.size;
  }

  job(): PoolJob<W> {
    let state: 'queued' | 'active' | 'over' = 'queued';
    this.queued++;
    const job: PoolJob<W> = {
      started: (worker) => {
        if (state !== 'queued') return;
        state = 'active';
        this.queued--;
        this.#active.set(job, worker);
      },
      ended: (result) => {
        if (state === 'over') return;
        if (state === 'queued') this.queued--;
        state = 'over';
        this.#active.delete(job);
        this.processed.add(result);
      },
    };
    return job;
  }

  /** Counts the jobs as lost whose worker is gone. */
  loseWhere(isGone: (worker: W) => boolean): void {
    for (const [job, worker] of this.#active) {
      if (worker !== undefined && isGone(worker)) job.ended('lost');
    }
  }
}

/**
 * Tells of a pool of workers of any kind, which says itself what happens to its jobs.
 *
 * @throws CollectorsError for a name that cannot be.
 */
export function workerPool(options: WorkerPoolOptions): WorkerPool {
  checkOptionNames('workerPool()', options, { name: true, workers: true });
  const { name, workers } = options;
  checkName('worker_pool', name);
  const jobs = new PoolJobs<object>();
  return {
    kind: 'worker_pool',
    name,
    families: WORKER_POOL_FAMILIES,
    job: () => jobs.job(),
    start: (): RunningCollector => ({
      *read() {
        yield* jobs.processed.samples(name);
        yield* standingSamples(name, { active: jobs.active, queued: jobs.queued });
        yield* standingSamples(name, { workers: workers?.() });
      },
      stop() {},
    }),
  };
}
