import type { SqlClient } from '../sql-client.js';
import type { DeadLetterBroker, DeadLetterSearch, FoundDeadLetter } from './dead-letter-broker.js';
import { type DeadLetterOutcome, DONE, GONE, refused } from './dead-letter.js';
import { errorNameOf } from './error-name.js';
import { quoted } from './sql-names.js';

/** What graphile-worker's dead letters are reached through. */
export interface GraphileWorkerDeadLettersOptions {
  /** A `Pool` or `Client` of `pg` to graphile-worker's database; its role has to be allowed what a worker's is. */
  readonly sql: SqlClient;
  /** graphile-worker's schema; `graphile_worker` by default. */
  readonly schema?: string;
}

interface JobRow {
  readonly id: string;
  readonly queue: string;
  readonly task: string;
  readonly failed_at: Date;
  readonly attempts: number;
  readonly error_name: string | null;
  readonly payload?: unknown;
  readonly error?: string | null;
}

/**
 * Dead letters of graphile-worker 0.16 or newer: jobs with no attempts left that no worker holds. A letter's queue is its
 * named queue, or its task where it has none.
 *
 * A replay is its function `reschedule_jobs` with all attempts given back, a drop is `complete_jobs`; each is one statement
 * that locks the row first, so it happens once or not at all. (The library's own `rescheduleJobs` cannot set the attempts
 * to 0: it takes 0 for nothing said.) Workers look for rescheduled jobs at their next poll.
 */
export function graphileWorkerDeadLetters({
  sql,
  schema: schemaName = 'graphile_worker',
}: GraphileWorkerDeadLettersOptions): DeadLetterBroker<undefined> {
  const schema = quoted('schema', schemaName);
  const isDead = 'job.attempts >= job.max_attempts AND job.locked_at IS NULL';
  /** An array of the id, or of nothing where the job is no dead letter any more or somebody else has it. */
  const lockedId = `ARRAY(
    SELECT job.id FROM ${schema}._private_jobs AS job WHERE job.id = $1::bigint AND ${isDead} FOR UPDATE SKIP LOCKED
  )`;

  async function call(text: string, { letter }: FoundDeadLetter<undefined>): Promise<DeadLetterOutcome> {
    const { rows } = await sql.query(text, [letter.id]);
    return rows.length === 1 ? DONE : GONE;
  }

  return {
    name: 'graphile-worker',
    async find({ queue, task, ids, limit, payloads }: DeadLetterSearch) {
      const { rows } = await sql.query(
        `SELECT job.id::text, coalesce(queue.queue_name, task.identifier) AS queue, task.identifier AS task,
          job.updated_at AS failed_at, job.attempts, split_part(job.last_error, ':', 1) AS error_name
          ${payloads ? ', job.payload, job.last_error AS error' : ''}
        FROM ${schema}._private_jobs AS job
          JOIN ${schema}._private_tasks AS task ON task.id = job.task_id
          LEFT JOIN ${schema}._private_job_queues AS queue ON queue.id = job.job_queue_id
        WHERE ${isDead}
          AND ($1::text IS NULL OR coalesce(queue.queue_name, task.identifier) = $1)
          AND ($2::text IS NULL OR task.identifier = $2)
          AND ($3::bigint[] IS NULL OR job.id = ANY ($3))
        ORDER BY job.updated_at, job.id
        LIMIT $4`,
        [
          queue ?? null,
          task ?? null,
          ids === undefined ? null : [...ids].filter((id) => /^\d{1,18}$/.test(id)),
          limit,
        ],
      );
      return (rows as JobRow[]).map(readJob);
    },
    async replay(found, to) {
      if (to !== undefined && to !== found.letter.queue)
        return refused('a job of graphile-worker stays in its queue');
      return call(
        `SELECT id FROM ${schema}.reschedule_jobs(${lockedId}, run_at := now(), attempts := 0)`,
        found,
      );
    },
    drop: (found) => call(`SELECT id FROM ${schema}.complete_jobs(${lockedId})`, found),
  };
}

function readJob(row: JobRow): FoundDeadLetter<undefined> {
  const errorName = errorNameOf(row.error_name);
  return {
    letter: {
      id: row.id,
      queue: row.queue,
      task: row.task,
      failedAt: row.failed_at,
      attempts: row.attempts,
      ...(errorName !== undefined && { errorName }),
      ...('payload' in row && { payload: row.payload }),
      ...(typeof row.error === 'string' && { error: row.error }),
    },
    handle: undefined,
  };
}
