import type { Family, Sample } from './collector.js';

/** What became of a job. */
export type JobResult =
  | 'success'
  | 'failure'
  /** It was taken back before it was done. */
  | 'aborted'
  /** The worker that had it is gone. */
  | 'lost';

const gauge = (name: string, help: string): Family => ({
  name,
  help,
  type: 'gauge',
  labelNames: ['name'],
  aggregator: 'sum',
});

const WORKERS = gauge('worker_pool_workers', 'Threads or processes of the pool.');
const ACTIVE = gauge('worker_pool_active', 'Jobs that workers of the pool are at.');
const QUEUED = gauge('worker_pool_queued', 'Jobs that wait for a worker of the pool.');
const PROCESSED: Family = {
  name: 'worker_pool_processed_total',
  help: 'Jobs that are over, by what became of them.',
  type: 'counter',
  labelNames: ['name', 'result'],
};

/** The metrics of any pool of workers. */
export const WORKER_POOL_FAMILIES: readonly Family[] = [WORKERS, ACTIVE, QUEUED, PROCESSED];

/** How a pool stands; what is not known is left out. */
export interface WorkerPoolStanding {
  readonly workers?: number | undefined;
  readonly active?: number | undefined;
  readonly queued?: number | undefined;
}

/** What became of the jobs of a pool. */
export class ProcessedJobs {
  readonly #counts: Map<JobResult, number>;

  /** @param results - What can become of one: these are shown from the beginning, at 0. */
  constructor(results: readonly JobResult[]) {
    this.#counts = new Map(results.map((result) => [result, 0]));
  }

  add(result: JobResult): void {
    this.#counts.set(result, (this.#counts.get(result) ?? 0) + 1);
  }

  *samples(name: string): Generator<Sample> {
    for (const [result, value] of this.#counts) yield { family: PROCESSED, labels: { name, result }, value };
  }
}

/** The gauges of a pool. */
export function* standingSamples(
  name: string,
  { workers, active, queued }: WorkerPoolStanding,
): Generator<Sample> {
  const labels = { name };
  if (workers !== undefined) yield { family: WORKERS, labels, value: workers };
  if (active !== undefined) yield { family: ACTIVE, labels, value: active };
  if (queued !== undefined) yield { family: QUEUED, labels, value: queued };
}
