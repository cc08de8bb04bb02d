import { quoteIdentifier } from '../sql/quote.js';
import type { SqlClient, SqlPool } from '../sql-client.js';
import type { DeadLetterBroker, DeadLetterSearch, FoundDeadLetter } from './dead-letter-broker.js';
import { type DeadLetter, type DeadLetterOutcome, DONE, GONE, refused } from './dead-letter.js';
import { DeadLettersError } from './dead-letters-error.js';
import { errorNameOf } from './error-name.js';
import { checkOptionNames } from './option-names.js';
import { inTransaction, type Settled } from './transaction.js';

/** The methods of a `PgBoss` that are used; version 10 or newer. It has to be started. */
export interface PgBossLike {
  send(name: string, data: object, options: PgBossSendOptions): Promise<string | null>;
  retry(name: string, id: string, options: PgBossConnection): Promise<unknown>;
  deleteJob(name: string, id: string, options: PgBossConnection): Promise<unknown>;
}

/** The option by which pg-boss runs its SQL on a connection that is not its own. */
export interface PgBossConnection {
  readonly db: { executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }> };
}

/** What a replayed job takes over from its dead letter. */
export interface PgBossSendOptions extends PgBossConnection {
  readonly priority: number;
  readonly singletonKey?: string;
  readonly group?: { readonly id: string; readonly tier?: string };
}

/** What pg-boss's dead letters are reached through. */
export interface PgBossDeadLettersOptions {
  readonly boss: PgBossLike;
  /** A `Pool` of `pg` to pg-boss's database: a replay is one transaction, which needs a connection for itself. */
  readonly pool: SqlPool;
  /** pg-boss's schema; `pgboss` by default. */
  readonly schema?: string;
  /** The label `broker`; `pg-boss` by default. */
  readonly broker?: string;
}

/** Whether a letter was copied into a dead-letter queue, or lies where it failed. */
export type PgBossHandle = 'dead-letter-queue' | 'failed';

interface JobRow {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly failed_at: Date | null;
  readonly retry_count: number;
  readonly error_name: string | null;
  readonly payload?: unknown;
  readonly error?: string | null;
}

/**
 * Dead letters of pg-boss: jobs in queues that others name as their dead-letter queue, and jobs in state `failed` that
 * have none. (A failed job of a queue with a dead-letter queue has its copy there, and the copy is the letter.)
 *
 * A replay happens once or not at all, whenever the process is killed. From a dead-letter queue, it is pg-boss's `send` and
 * `deleteJob` in one transaction: a new job with every attempt before it. A failed job is replayed by `retry`, which gives it
 * one more attempt. (`redrive` of version 12 is not used: releases of it that know no `ids` move every letter instead.)
 */
export function pgBossDeadLetters(options: PgBossDeadLettersOptions): DeadLetterBroker<PgBossHandle> {
  checkOptionNames('pgBossDeadLetters()', options, { boss: true, pool: true, schema: true, broker: true });
  const { boss, pool, schema: schemaName = 'pgboss', broker = 'pg-boss' } = options;
  const schema = quoteIdentifier(schemaName);

  return {
    broker,
    async find({ queue, task, ids, limit, payloads }: DeadLetterSearch) {
      if (task !== undefined)
        throw new DeadLettersError('SELECTION_UNSUPPORTED', 'pg-boss knows no tasks: select by queue.');
      const { rows } = await pool.query(findJobs(schema, payloads), [
        queue ?? null,
        ids === undefined ? null : [...ids].filter((id) => UUID.test(id)),
        limit,
      ]);
      return (rows as JobRow[]).map(readJob);
    },

    async replay(found, to) {
      const { queue, id } = found.letter;
      if (found.handle === 'failed') {
        if (to !== undefined && to !== queue)
          return refused('a failed job without a dead-letter queue goes back to its own queue only');
        return change(pool, schema, found, (connection) => retryFailed(boss, connection, schema, queue, id));
      }
      return change(pool, schema, found, (connection, row) =>
        resend(boss, connection, schema, queue, row, to),
      );
    },

    drop: (found) =>
      change(pool, schema, found, async (connection) => {
        await boss.deleteJob(found.letter.queue, found.letter.id, executing(connection));
        return DONE;
      }),
  };
}

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Jobs of version 10 know nothing of `source_output`, hence the way around by JSON. */
function findJobs(schema: string, payloads: boolean): string {
  const details = `, data AS payload, coalesce(told ->> 'message', told #>> '{value,message}', told::text) AS error`;
  return `
    WITH page AS MATERIALIZED (
      SELECT id, name, coalesce(completed_on, created_on) AS failed_at
      FROM ${schema}.job AS job
      WHERE ($1::text IS NULL OR name = $1) AND ($2::uuid[] IS NULL OR id = ANY ($2)) AND left(name, 9) <> '__pgboss_'
        AND (
          state < 'active' AND name IN (SELECT dead_letter FROM ${schema}.queue WHERE dead_letter <> name)
          OR state = 'failed' AND dead_letter IS NULL
        )
      ORDER BY failed_at, id
      LIMIT $3
    )
    SELECT job.id, job.name, job.state::text, failed_at, retry_count, told ->> 'name' AS error_name${payloads ? details : ''}
    FROM page
      JOIN ${schema}.job AS job ON job.name = page.name AND job.id = page.id
      CROSS JOIN LATERAL (SELECT coalesce(to_jsonb(job) -> 'source_output', output) AS told) AS outcome
    ORDER BY failed_at, id`;
}

function readJob(row: JobRow): FoundDeadLetter<PgBossHandle> {
  const handle = row.state === 'failed' ? 'failed' : 'dead-letter-queue';
  const errorName = errorNameOf(row.error_name);
  const letter: DeadLetter = {
    id: row.id,
    queue: row.name,
    ...(row.failed_at && { failedAt: row.failed_at }),
    // A copy in a dead-letter queue has been tried by nobody.
    ...(handle === 'failed' && { attempts: row.retry_count + 1 }),
    ...(errorName !== undefined && { errorName }),
    ...('payload' in row && { payload: row.payload }),
    ...(typeof row.error === 'string' && { error: row.error }),
  };
  return { letter, handle };
}

interface LockedRow {
  readonly id: string;
  readonly data: object;
  readonly priority: number;
  readonly singleton_key: string | null;
  /** From here on only in version 12. */
  readonly source_name: string | null;
  readonly group_id: string | null;
  readonly group_tier: string | null;
}

/**
 * Locks the letter's row, if it is a dead letter still, and changes it in the same transaction; what is refused is rolled
 * back. A row that another operator has locked is waited for, as it may be free again: a killed one's transaction lasts until
 * the server has noticed.
 */
async function change(
  pool: SqlPool,
  schema: string,
  { letter: { queue, id }, handle }: FoundDeadLetter<PgBossHandle>,
  run: (connection: SqlClient, row: LockedRow) => Promise<DeadLetterOutcome>,
): Promise<DeadLetterOutcome> {
  const isDead = handle === 'failed' ? `state = 'failed' AND dead_letter IS NULL` : `state < 'active'`;
  try {
    return await inTransaction(pool, async (connection): Promise<Settled<DeadLetterOutcome>> => {
      const { rows } = await connection.query(
        `SELECT id, data, priority, singleton_key, told ->> 'source_name' AS source_name, told ->> 'group_id' AS group_id,
          told ->> 'group_tier' AS group_tier
        FROM ${schema}.job CROSS JOIN LATERAL (SELECT to_jsonb(job) - 'data' - 'output' AS told) AS row
        WHERE name = $1 AND id = $2 AND ${isDead} FOR UPDATE OF job`,
        [queue, id],
      );
      const [row] = rows as LockedRow[];
      const result = row === undefined ? GONE : await run(connection, row);
      return { commit: result.kind === 'done', result };
    });
  } catch (error) {
    const { code } = error as { code?: unknown };
    // One of the unique indexes by which pg-boss keeps a queue's policy.
    if (code === '23505') return refused('the policy of its queue does not let it in beside another job');
    if (code === '55P03') return refused('somebody else has had a hold of it for 5 seconds');
    throw error;
  }
}

async function resend(
  boss: PgBossLike,
  connection: SqlClient,
  schema: string,
  queue: string,
  row: LockedRow,
  to: string | undefined,
): Promise<DeadLetterOutcome> {
  const target = to ?? row.source_name ?? (await originOf(connection, schema, queue, row.id));
  if (target === undefined) return refused('it cannot be told which queue it came from: say where it goes');
  if (target === queue) return refused('it lies in that queue already');
  const { group_id: group, group_tier: tier } = row;
  const sent = await boss.send(target, row.data, {
    ...executing(connection),
    priority: row.priority,
    ...(row.singleton_key !== null && { singletonKey: row.singleton_key }),
    ...(group !== null && { group: { id: group, ...(tier !== null && { tier }) } }),
  });
  if (sent === null)
    return refused(`${target} took no job: it does not exist, or its policy lets no other in`);
  await boss.deleteJob(queue, row.id, executing(connection));
  return DONE;
}

/**
 * The queue that a copy came from, where pg-boss does not write it down (`source_name`). Version 10 makes the copy in the transaction that fails
 * the original, so the copy's `created_on` is the original's `completed_on`. That is looked at where several queues
 * share one dead-letter queue.
 */
async function originOf(
  connection: SqlClient,
  schema: string,
  queue: string,
  id: string,
): Promise<string | undefined> {
  const { rows } = await connection.query(
    `SELECT name FROM ${schema}.queue WHERE dead_letter = $1 AND name <> $1`,
    [queue],
  );
  const names = (rows as { name: string }[]).map(({ name }) => name);
  if (names.length <= 1) return names[0];
  const originals = await connection.query(
    `SELECT DISTINCT original.name
    FROM ${schema}.job AS copy JOIN ${schema}.job AS original ON original.completed_on = copy.created_on
    WHERE copy.name = $1 AND copy.id = $2 AND original.name = ANY ($3)
      AND original.state = 'failed' AND original.dead_letter = $1 AND original.data IS NOT DISTINCT FROM copy.data`,
    [queue, id, names],
  );
  const [origin, ...others] = originals.rows as { name: string }[];
  return others.length === 0 ? origin?.name : undefined;
}

/**
 * Version 10 leaves `completed_on` and `keep_until` as they are when it retries a job, and archives whatever has one of
 * them long past: a job that failed a while ago would be put away, untried, by the next maintenance.
 */
async function retryFailed(
  boss: PgBossLike,
  connection: SqlClient,
  schema: string,
  queue: string,
  id: string,
): Promise<DeadLetterOutcome> {
  await boss.retry(queue, id, executing(connection));
  const { rows } = await connection.query(
    `UPDATE ${schema}.job
    SET completed_on = NULL, keep_until = greatest(keep_until, now() + (keep_until - created_on))
    WHERE name = $1 AND id = $2 AND state = 'retry' RETURNING id`,
    [queue, id],
  );
  return rows.length === 1 ? DONE : refused('pg-boss did not retry it');
}

function executing(connection: SqlClient): PgBossConnection {
  return {
    db: {
      async executeSql(text, values) {
        const { rows } = await connection.query(text, values);
        return { rows: [...rows] };
      },
    },
  };
}
