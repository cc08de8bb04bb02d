import { checkName } from './check-options.js';
import type { RunningCollector } from './collector.js';
import { checkOptionNames } from './option-names.js';
import { standingSamples, WORKER_POOL_FAMILIES } from './worker-pool-families.js';
import { PoolJobs, type WorkerPool } from './worker-pool.js';

/** What is used of a worker of `node:cluster`. */
export interface ClusterWorker {
  isDead(): boolean;
}

/** What is used of `node:cluster` in its primary process. */
export interface ClusterPrimary<W extends ClusterWorker = ClusterWorker> {
  readonly workers?: Readonly<Record<string, W | undefined>> | undefined;
  on(event: 'exit', listener: (worker: W) => void): unknown;
  removeListener(event: 'exit', listener: (worker: W) => void): unknown;
}

/** How the workers are shown. */
export interface ClusterPoolOptions {
  /** The value of the label `name`: what you call them, such as `web`. */
  readonly name: string;
}

/**
 * Tells of the workers of `node:cluster`, in the primary process, and of the jobs that it gives them: a job whose worker
 * dies is `lost`.
 *
 * Nothing in `node:cluster` knows of jobs, so whoever sends them calls `job()`, `started(worker)` and `ended(result)`.
 *
 * @throws CollectorsError for a name that cannot be.
 */
export function clusterPool<W extends ClusterWorker>(
  cluster: ClusterPrimary<W>,
  options: ClusterPoolOptions,
): WorkerPool<W> {
  checkOptionNames('clusterPool()', options, { name: true });
  const { name } = options;
  checkName('worker_pool', name);
  const jobs = new PoolJobs<W>();
  const lose = (dead: W): void => jobs.loseWhere((worker) => worker === dead);
  const living = (): number => {
    const workers = Object.values(cluster.workers ?? {});
    return workers.filter((worker) => worker !== undefined && !worker.isDead()).length;
  };
  return {
    kind: 'worker_pool',
    name,
    families: WORKER_POOL_FAMILIES,
    job: () => jobs.job(),
    start(): RunningCollector {
      cluster.on('exit', lose);
      return {
        *read() {
          // Also those who died when nobody listened.
          jobs.loseWhere((worker) => worker.isDead());
          yield* jobs.processed.samples(name);
          yield* standingSamples(name, { active: jobs.active, queued: jobs.queued });
          yield* standingSamples(name, { workers: living() });
        },
        stop: () => void cluster.removeListener('exit', lose),
      };
    },
  };
}
