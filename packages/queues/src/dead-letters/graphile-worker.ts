import { quoteIdentifier } from '../sql/quote.js';
import type { SqlClient } from '../sql-client.js';
import type { DeadLetterBroker, DeadLetterSearch, FoundDeadLetter } from './dead-letter-broker.js';
import { type DeadLetterOutcome, DONE, GONE, refused } from './dead-letter.js';
import { errorNameOf } from './error-name.js';
import { checkOptionNames } from './option-names.js';

/** What graphile-worker's dead letters are reached through. */
export interface GraphileWorkerDeadLettersOptions {
  /** A `Pool` or `Client` of `pg` to graphile-worker's database. To replay and drop, its role has to be a worker's. */
  readonly sql: SqlClient;
  /** graphile-worker's schema; `graphile_worker` by default. */
  readonly schema?: string;
  /** The label `broker`; `graphile-worker` by default. */
  readonly broker?: string;
}

/** Whether the role sees the table below the view, without which it can change nothing. */
export type GraphileWorkerHandle = 'open' | 'hidden';

interface JobRow {
  readonly id: string;
  readonly task: string;
  readonly failed_at: Date;
  readonly attempts: number;
  readonly error_name: string | null;
  readonly hidden: boolean;
  readonly payload?: unknown;
  readonly error?: string | null;
}

/**
 * Dead letters of graphile-worker 0.16 or newer: jobs with no attempts left that no worker holds. A letter's queue is its task,
 * as in the queue gauges. A job that was replaced while it ran, by another with its key, is taken for dead, too, if it
 * failed then.
 *
 * A replay is its function `reschedule_jobs` with all attempts given back, a drop is `complete_jobs`; each is one statement
 * that locks the row first, so it happens once or not at all. (The library's own `rescheduleJobs` cannot set the attempts
 * to 0: it takes 0 for nothing said.) Workers look for rescheduled jobs at their next poll.
 */
export function graphileWorkerDeadLetters(
  options: GraphileWorkerDeadLettersOptions,
): DeadLetterBroker<GraphileWorkerHandle> {
  checkOptionNames('graphileWorkerDeadLetters()', options, { sql: true, schema: true, broker: true });
  const { sql, schema: schemaName = 'graphile_worker', broker = 'graphile-worker' } = options;
  const schema = quoteIdentifier(schemaName);
  /** An array of the id, or of nothing where the job is no dead letter any more. Another operator's lock is waited for. */
  const lockedId = `ARRAY(
    SELECT job.id FROM ${schema}._private_jobs AS job
    WHERE job.id = $1::bigint AND job.attempts >= job.max_attempts AND job.locked_at IS NULL FOR UPDATE
  )`;

  async function change(
    text: string,
    { letter, handle }: FoundDeadLetter<GraphileWorkerHandle>,
  ): Promise<DeadLetterOutcome> {
    // Without this, row-level security would make every letter look as if it were gone.
    if (handle === 'hidden')
      return refused('this role may only look: use the one that graphile-worker’s workers have');
    const { rows } = await sql.query(text, [letter.id]);
    return rows.length === 1 ? DONE : GONE;
  }

  return {
    broker,
    async find({ queue, task, ids, limit, payloads }: DeadLetterSearch) {
      const { rows } = await sql.query(findJobs(schema, payloads), [
        queue ?? null,
        task ?? null,
        ids === undefined ? null : [...ids].filter((id) => /^\d{1,18}$/.test(id)),
        limit,
        `${schema}._private_jobs`,
      ]);
      return (rows as JobRow[]).map(readJob);
    },
    async replay(found, to) {
      if (to !== undefined && to !== found.letter.queue)
        return refused('a job of graphile-worker keeps its task');
      return change(
        `SELECT id FROM ${schema}.reschedule_jobs(${lockedId}, run_at := now(), attempts := 0)`,
        found,
      );
    },
    drop: (found) => change(`SELECT id FROM ${schema}.complete_jobs(${lockedId})`, found),
  };
}

/**
 * A failed attempt moves `run_at` by `exp(attempts)` seconds, also the last one, and touches no other time; one that an operator
 * failed has `updated_at`.
 */
function findJobs(schema: string, payloads: boolean): string {
  const payload = `, job.last_error AS error,
    (SELECT payload FROM ${schema}._private_jobs AS private WHERE private.id = job.id) AS payload`;
  return `
    SELECT job.id::text, job.task_identifier AS task, failed_at, job.attempts,
      split_part(job.last_error, ':', 1) AS error_name, row_security_active($5::regclass) AS hidden ${payloads ? payload : ''}
    FROM ${schema}.jobs AS job CROSS JOIN LATERAL (
      SELECT least(now(), greatest(updated_at, run_at - exp(least(attempts, 10)) * interval '1 second')) AS failed_at
    ) AS times
    WHERE job.attempts >= job.max_attempts AND job.locked_at IS NULL
      AND ($1::text IS NULL OR job.task_identifier = $1)
      AND ($2::text IS NULL OR job.task_identifier = $2)
      AND ($3::bigint[] IS NULL OR job.id = ANY ($3))
    ORDER BY failed_at, job.id
    LIMIT $4`;
}

function readJob(row: JobRow): FoundDeadLetter<GraphileWorkerHandle> {
  const errorName = errorNameOf(row.error_name);
  return {
    letter: {
      id: row.id,
      queue: row.task,
      task: row.task,
      failedAt: row.failed_at,
      attempts: row.attempts,
      ...(errorName !== undefined && { errorName }),
      ...('payload' in row && { payload: row.payload }),
      ...(typeof row.error === 'string' && { error: row.error }),
    },
    handle: row.hidden ? 'hidden' : 'open',
  };
}
