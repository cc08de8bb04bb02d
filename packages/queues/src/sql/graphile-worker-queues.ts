import { checkNames } from '../check-options.js';
import { checkOptionNames } from '../option-names.js';
import type { QueueReader } from '../queue-reader.js';
import type { SqlClient } from '../sql-client.js';
import { quoteIdentifier, quoteTexts } from './quote.js';
import { jsonRows, NOW, readBrokerRow, readingOf, unixSeconds } from './sql-reading.js';

/** Where Graphile Worker keeps its jobs, and which of its tasks get series. */
export interface GraphileWorkerQueuesOptions {
  /** A `Pool` of `pg`; a `Client` that nothing else uses will do. */
  readonly sql: SqlClient;
  /** The task identifiers that get series. */
  readonly names: readonly string[];
  /** The schema of Graphile Worker; `graphile_worker` by default. */
  readonly schema?: string;
  /** The label `broker`; `graphile-worker` by default. */
  readonly broker?: string;
}

/**
 * Reads the jobs of Graphile Worker 0.16 by its public view `jobs`. The label `queue` is the task identifier, by which workers
 * choose; a *named queue* of Graphile Worker, mostly one for each user or thing, is no label: its jobs wait for each other and are
 * `blocked` while one of them is active.
 *
 * Ready since is a job's `run_at`. Dead letters are jobs whose attempts are used up, since the last of them failed.
 *
 * @throws QueueMetricsError for options that cannot be.
 */
export function graphileWorkerQueues(options: GraphileWorkerQueuesOptions): QueueReader {
  checkOptionNames('graphileWorkerQueues()', options, { sql: true, names: true, schema: true, broker: true });
  const { sql, names, schema = 'graphile_worker', broker = 'graphile-worker' } = options;
  checkNames(names);
  const text = statement(`${quoteIdentifier(schema)}.jobs`, quoteTexts(names));
  return {
    broker,
    names,
    states: ['ready', 'scheduled', 'blocked', 'active', 'failed'],
    async read(context) {
      const row = await readBrokerRow(sql, text, context);
      return readingOf(row, names, () => true);
    },
  };
}

/**
 * The view, and not the tables below it: those have row-level security, by which a role that only reads would see no rows, and
 * take every queue for empty. The table of jobs holds what is to be done and what has failed, so all of it is read.
 *
 * A failed attempt moves `run_at` by `exp(attempts)` seconds, also the last one, and touches no other time; one that an operator
 * failed has `updated_at`.
 */
function statement(jobs: string, names: string): string {
  const failedAt = `least(now(), greatest(updated_at, run_at - exp(least(attempts, 10)) * interval '1 second'))`;
  const counts = `
    SELECT task_identifier AS queue,
           CASE WHEN locked_at IS NOT NULL THEN 'active'
                WHEN attempts >= max_attempts THEN 'failed'
                WHEN run_at > now() THEN 'scheduled'
                WHEN queue_name IN (SELECT queue_name FROM ${jobs} WHERE locked_at IS NOT NULL AND queue_name IS NOT NULL) THEN 'blocked'
                ELSE 'ready' END AS state,
           count(*) AS count, ${unixSeconds('min(run_at)')} AS since, ${unixSeconds(`min(${failedAt})`)} AS dead_since
      FROM ${jobs} GROUP BY 1, 2`;
  const withDead = `SELECT *, CASE WHEN state = 'failed' THEN count ELSE 0 END AS dead FROM counts WHERE queue = ANY(${names})`;
  return `WITH counts AS MATERIALIZED (${counts})
    SELECT ${NOW} AS now, ${jsonRows(withDead)} AS states,
           (SELECT count(DISTINCT queue) FROM counts WHERE queue <> ALL(${names}))::int AS unlisted`;
}
