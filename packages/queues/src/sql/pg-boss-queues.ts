import { checkNames, chooseStates } from '../check-options.js';
import { checkOptionNames } from '../option-names.js';
import type { QueueReader } from '../queue-reader.js';
import type { QueueState } from '../queue-state.js';
import type { SqlClient } from '../sql-client.js';
import { quoteIdentifier, quoteLiteral, quoteTexts } from './quote.js';
import { type BrokerRow, jsonRows, NOW, readBrokerRow, readingOf, unixSeconds } from './sql-reading.js';

/** Where pg-boss keeps its jobs, and which of its queues get series. */
export interface PgBossQueuesOptions {
  /** A `Pool` of `pg`; a `Client` that nothing else uses will do. */
  readonly sql: SqlClient;
  /** The queues that get series, dead-letter queues among them. */
  readonly names: readonly string[];
  /** The schema of pg-boss, as PostgreSQL has it (in small letters, unless pg-boss was told to quote it); `pgboss` by default. */
  readonly schema?: string;
  /** The label `broker`; `pg-boss` by default. */
  readonly broker?: string;
  /** What is counted; all of it by default. `['ready', 'scheduled', 'blocked']` reads nothing but an index. */
  readonly states?: readonly PgBossState[];
}

/** The states of pg-boss's jobs: `created` and `retry` are `ready`, `scheduled` or `blocked`. */
export type PgBossState = 'ready' | 'scheduled' | 'blocked' | 'active' | 'completed' | 'cancelled' | 'failed';

const STATES: readonly PgBossState[] = [
  'ready',
  'scheduled',
  'blocked',
  'active',
  'completed',
  'cancelled',
  'failed',
];

const PENDING: readonly QueueState[] = ['ready', 'scheduled', 'blocked'];

interface Row extends BrokerRow {
  /** Queues that others name as their dead-letter queue. */
  readonly dead_letter_queues: readonly string[];
}

/**
 * Reads the queues of pg-boss, versions 10 to 12.
 *
 * Ready since is a job's `start_after`. Dead letters are the jobs that wait in a dead-letter queue, and the failed jobs that have
 * none; a failed job that has one lies there as a copy, and is counted there only.
 *
 * @throws QueueMetricsError for options that cannot be.
 */
export function pgBossQueues(options: PgBossQueuesOptions): QueueReader {
  checkOptionNames('pgBossQueues()', options, {
    sql: true,
    names: true,
    schema: true,
    broker: true,
    states: true,
  });
  const { sql, names, schema = 'pgboss', broker = 'pg-boss', states: wanted = STATES } = options;
  checkNames(names);
  const states = chooseStates(wanted, STATES);
  const counted = new Set<QueueState>(states);
  const text = statement(quoteIdentifier(schema), names, counted);
  return {
    broker,
    names,
    states,
    async read(context) {
      const row = await readBrokerRow<Row>(sql, text, context);
      // Without what is pending, or without what failed in a queue that passes nothing on, some would be missing.
      const arePendingCounted = PENDING.every((state) => counted.has(state));
      return readingOf(
        row,
        names,
        (queue) => arePendingCounted && (counted.has('failed') || row.dead_letter_queues.includes(queue)),
      );
    },
  };
}

/**
 * One statement for all, so that its numbers are of one moment. Jobs that are pending have an index of their own in each version
 * (`job_i5`, `job_i14`), with all that is asked of them but `created_on`; that is asked of dead-letter queues only. For the
 * other states version 10 has no index: its job table is read, which holds what was not archived yet.
 *
 * Version 12 has a column `blocked` for jobs that wait for others. Where there is none, the name means that of the outer query, which is
 * false.
 */
function statement(inSchema: string, names: readonly string[], counted: ReadonlySet<QueueState>): string {
  const jobs = `${inSchema}.job`;
  const listed = `name = ANY(${quoteTexts(names)})`;
  const others = [...counted].filter((state) => !PENDING.includes(state));
  const deadLetterQueues = `SELECT dead_letter FROM ${inSchema}.queue WHERE dead_letter IS NOT NULL AND dead_letter <> name`;
  const diedAt = `(SELECT min(created_on) FROM ${jobs} d WHERE d.name = j.queue AND d.state < 'active')`;
  const pending = `SELECT j.*, CASE WHEN l.name IS NULL THEN 0 ELSE count END AS dead,
           CASE WHEN l.name IS NOT NULL THEN ${unixSeconds(diedAt)} END AS dead_since
      FROM (SELECT queue, CASE WHEN j.blocked THEN 'blocked' WHEN start_after < now() THEN 'ready' ELSE 'scheduled' END AS state,
                   count(*) AS count, ${unixSeconds('min(start_after)')} AS since
              FROM (SELECT false AS blocked) none,
                   LATERAL (SELECT name AS queue, start_after, blocked FROM ${jobs} WHERE ${listed} AND state < 'active') j
             GROUP BY 1, 2) j
      LEFT JOIN (SELECT DISTINCT dead_letter AS name FROM (${deadLetterQueues}) q) l ON l.name = j.queue
     WHERE state = ANY(${quoteTexts([...counted])})`;
  const lies = `state = 'failed' AND (dead_letter IS NULL OR dead_letter = name)`;
  const rest = `SELECT name AS queue, state::text AS state, count(*) AS count, NULL::float8 AS since,
           count(*) FILTER (WHERE ${lies}) AS dead, ${unixSeconds(`min(completed_on) FILTER (WHERE ${lies})`)} AS dead_since
      FROM ${jobs} WHERE ${listed} AND state IN (${others.map(quoteLiteral).join(', ')}) GROUP BY 1, 2`;
  const parts = [
    ...(PENDING.some((state) => counted.has(state)) ? [pending] : []),
    ...(others.length > 0 ? [rest] : []),
  ];
  return `SELECT ${NOW} AS now,
    (SELECT count(*) FROM ${inSchema}.queue WHERE name <> ALL(${quoteTexts(names)}) AND left(name, 10) <> '__pgboss__')::int AS unlisted,
    (SELECT coalesce(json_agg(DISTINCT dead_letter), '[]') FROM (${deadLetterQueues}) q) AS dead_letter_queues,
    ${jsonRows(parts.join(' UNION ALL '))} AS states`;
}
