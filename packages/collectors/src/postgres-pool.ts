import { checkName } from './check-options.js';
import type { Collector, Family, Sample } from './collector.js';
import { type CurrentClient, currentClient } from './current-client.js';
import { checkOptionNames } from './option-names.js';
import { poolProbe, type PostgresPool } from './pool-probe.js';
import { probeFamilies, probeSamples } from './probe-families.js';
import { Prober } from './prober.js';

/** How a pool is shown. */
export interface PostgresPoolOptions {
  /** The value of the label `name`: what you call it, such as `main`. */
  readonly name: string;
}

const PROBE = probeFamilies('postgres_pool', 'Postgres', 'query through the pool');

const gauge = (name: string, help: string): Family => ({
  name,
  help,
  type: 'gauge',
  labelNames: ['name'],
  aggregator: 'sum',
});

const COUNTS = {
  size: gauge('postgres_pool_size', 'Connections of the pool, those that are being made included.'),
  idle: gauge('postgres_pool_idle', 'Connections of the pool that nobody uses.'),
  waiting: gauge('postgres_pool_waiting', 'Requests that wait for a connection of the pool.'),
  max: gauge('postgres_pool_max', 'Connections that the pool may have.'),
};

/**
 * Tells how many connections a pool has, how many are idle and how many requests wait, as of the scrape; and whether
 * `select 1` through it is answered, and how fast.
 *
 * A probe takes a connection only where one can be had at once, so it never waits in the pool's queue; it opens one only
 * while none that it asked for is still being opened; and one that does not answer it is closed.
 *
 * @throws CollectorsError for a name that cannot be.
 */
export function postgresPool(pool: CurrentClient<PostgresPool>, options: PostgresPoolOptions): Collector {
  checkOptionNames('postgresPool()', options, { name: true });
  const { name } = options;
  checkName('postgres_pool', name);
  return {
    kind: 'postgres_pool',
    name,
    families: [...Object.values(PROBE), ...Object.values(COUNTS)],
    start(times) {
      const results = ['success', 'failure', 'timeout', 'disconnected', 'exhausted'] as const;
      const prober = new Prober(
        poolProbe(() => currentClient(pool)),
        results,
        times,
      );
      return {
        *read() {
          yield* probeSamples(PROBE, name, prober);
          const found = currentClient(pool);
          if (found !== undefined) yield* countsOf(found, name);
        },
        stop: () => prober.stop(),
      };
    },
  };
}

function* countsOf(pool: PostgresPool, name: string): Generator<Sample> {
  const labels = { name };
  yield { family: COUNTS.size, labels, value: pool.totalCount };
  yield { family: COUNTS.idle, labels, value: pool.idleCount };
  yield { family: COUNTS.waiting, labels, value: pool.waitingCount };
  const max = pool.options?.max;
  if (max !== undefined) yield { family: COUNTS.max, labels, value: max };
}
