import { checkName } from './check-options.js';
import type { Collector, RunningCollector } from './collector.js';
import { checkOptionNames } from './option-names.js';
import { ProcessedJobs, standingSamples, WORKER_POOL_FAMILIES } from './worker-pool-families.js';

/** What is used of a pool of Piscina. */
export interface PiscinaPool {
  readonly threads: { readonly length: number };
  readonly queueSize: number;
  // eslint-disable-next-line typescript/no-explicit-any -- Whatever its arguments and its result are.
  run: (...args: any[]) => Promise<any>;
}

/** How a pool is shown. */
export interface PiscinaPoolOptions {
  /** The value of the label `name`: what you call it, such as `thumbnails`. */
  readonly name: string;
}

/**
 * Tells of a pool of Piscina: threads, jobs at work, jobs waiting, and what became of the others.
 *
 * Piscina counts jobs whatever became of them, and not those at work: so the object's `run` is wrapped as long as the
 * collector is at work, and jobs that began before are not counted.
 *
 * @throws CollectorsError for a name that cannot be.
 */
export function piscinaPool(pool: PiscinaPool, options: PiscinaPoolOptions): Collector {
  checkOptionNames('piscinaPool()', options, { name: true });
  const { name } = options;
  checkName('worker_pool', name);
  return {
    kind: 'worker_pool',
    name,
    families: WORKER_POOL_FAMILIES,
    start(): RunningCollector {
      const runs = new WatchedRuns();
      const unwrap = wrapRun(pool, runs);
      return {
        *read() {
          const { queueSize: queued } = pool;
          yield* standingSamples(name, { queued, workers: pool.threads.length });
          if (unwrap === undefined) return;
          yield* runs.processed.samples(name);
          yield* standingSamples(name, { active: Math.max(0, runs.unfinished - queued) });
        },
        stop() {
          runs.isWatched = false;
          unwrap?.();
        },
      };
    },
  };
}

/** Runs of a pool while they are watched. */
class WatchedRuns {
  readonly processed = new ProcessedJobs(['success', 'failure', 'aborted']);
  /** Those that wait and those at work. */
  unfinished = 0;
  isWatched = true;

  async watch<T>(running: Promise<T>): Promise<T> {
    this.unfinished++;
    try {
      const value = await running;
      this.processed.add('success');
      return value;
    } catch (error) {
      this.processed.add(isAbort(error) ? 'aborted' : 'failure');
      throw error;
    } finally {
      this.unfinished--;
    }
  }
}

/** @returns Undoes it; undefined where the object does not let its `run` be replaced. */
function wrapRun(pool: PiscinaPool, runs: WatchedRuns): (() => void) | undefined {
  try {
    const { run } = pool;
    const own = Object.hasOwn(pool, 'run');
    const watched: PiscinaPool['run'] = function watched(this: unknown, ...args) {
      const running = Reflect.apply(run, this, args);
      return runs.isWatched ? runs.watch(running) : running;
    };
    pool.run = watched;
    return () => {
      // Somebody may have wrapped it again: then this one stays inside, and only passes on.
      if (pool.run !== watched) return;
      if (own) pool.run = run;
      else Reflect.deleteProperty(pool, 'run');
    };
  } catch {
    return undefined;
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
