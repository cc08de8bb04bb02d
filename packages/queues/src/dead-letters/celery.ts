import { quoteIdentifier } from '../sql/quote.js';
import type { SqlClient } from '../sql-client.js';
import { parseCeleryMessage } from './celery-message.js';
import type { DeadLetterBroker } from './dead-letter-broker.js';
import { type DeadLetterOutcome, DONE, GONE, refused } from './dead-letter.js';
import { DeadLettersError } from './dead-letters-error.js';
import { checkOptionNames } from './option-names.js';

/** Tables of kombu's SQLAlchemy transport that hold dead letters. */
export interface CeleryDeadLettersOptions {
  /** A `Pool` or `Client` of `pg` to the database that Celery has as its broker. */
  readonly sql: SqlClient;
  /** Queues whose messages are dead letters. */
  readonly names: readonly string[];
  /** The schema of the tables; that of the connection's `search_path` by default. */
  readonly schema?: string;
  /** `queue_tablename` of the transport's options; `kombu_queue` by default. */
  readonly queueTable?: string;
  /** `message_tablename` of the transport's options; `kombu_message` by default. */
  readonly messageTable?: string;
  /** The label `broker`; `celery` by default. */
  readonly broker?: string;
}

/** The message's row. */
export interface CeleryHandle {
  readonly rowId: string;
  readonly payload: string;
}

interface MessageRow {
  readonly id: string;
  readonly queue: string;
  readonly payload: string;
}

/**
 * Dead letters of Celery in PostgreSQL: visible messages of queues that the application sends to when a task has failed
 * for good. A replay moves the row to the queue given by `to`, in one statement and with the version that SQLAlchemy
 * compares: once or not at all. Messages are looked through one after another where ids or a task are asked for.
 */
export function celeryDeadLetters(options: CeleryDeadLettersOptions): DeadLetterBroker<CeleryHandle> {
  checkOptionNames('celeryDeadLetters()', options, {
    sql: true,
    names: true,
    schema: true,
    queueTable: true,
    messageTable: true,
    broker: true,
  });
  const {
    sql,
    names,
    schema,
    queueTable = 'kombu_queue',
    messageTable = 'kombu_message',
    broker = 'celery',
  } = options;
  if (names.length === 0)
    throw new DeadLettersError('OPTIONS_INVALID', 'names has to name at least one queue.');
  const inSchema = schema === undefined ? '' : `${quoteIdentifier(schema)}.`;
  const queues = inSchema + quoteIdentifier(queueTable);
  const messages = inSchema + quoteIdentifier(messageTable);
  const isDead = `message.id = $1 AND message.visible IS NOT FALSE
    AND message.queue_id = (SELECT id FROM ${queues} WHERE name = $2)`;

  return {
    broker,
    async find({ queue, task, ids, limit, payloads }) {
      const chosen = names.filter((each) => queue === undefined || each === queue);
      if (chosen.length === 0)
        throw new DeadLettersError('SELECTION_UNSUPPORTED', 'queue has to be one of those that were given.');
      const found = [];
      let after = '-1';
      while (found.length < limit) {
        const { rows } = await sql.query(
          `SELECT message.id::text, queue.name AS queue, message.payload
          FROM ${messages} AS message JOIN ${queues} AS queue ON queue.id = message.queue_id
          WHERE queue.name = ANY ($1) AND message.visible IS NOT FALSE AND message.id > $2::bigint
          ORDER BY message.id LIMIT 100`,
          [chosen, after],
        );
        for (const row of rows as MessageRow[]) {
          const celery = parseCeleryMessage(row.payload);
          const id = celery?.id ?? row.id;
          after = row.id;
          if (ids?.has(id) === false || (task !== undefined && celery?.task !== task)) continue;
          const letter = {
            id,
            queue: row.queue,
            ...(celery?.task !== undefined && { task: celery.task }),
            ...(payloads && { payload: celery?.payload ?? row.payload }),
          };
          found.push({ letter, handle: { rowId: row.id, payload: row.payload } });
        }
        if (rows.length < 100) break;
      }
      return found.slice(0, limit);
    },

    async replay({ letter: { queue }, handle: { rowId, payload } }, to) {
      if (to === undefined)
        return refused('kombu does not know where a message came from: say where it goes');
      if (to === queue) return refused('it lies in that queue already');
      const moved = parseCeleryMessage(payload)?.sentTo(to) ?? payload;
      // The time is when a consumer took it, and a fresh message has none.
      const { rows } = await sql.query(
        `WITH target AS (SELECT id FROM ${queues} WHERE name = $3), moved AS (
          UPDATE ${messages} AS message
          SET queue_id = target.id, payload = $4, "timestamp" = NULL, version = version + 1
          FROM target WHERE ${isDead} RETURNING message.id
        )
        SELECT EXISTS (SELECT FROM target) AS known, EXISTS (SELECT FROM moved) AS moved`,
        [rowId, queue, to, moved],
      );
      const [result] = rows as { known: boolean; moved: boolean }[];
      if (result?.known !== true)
        return refused('there is no queue of that name: no worker has ever declared it');
      return result.moved ? DONE : GONE;
    },

    async drop({ letter: { queue }, handle: { rowId } }): Promise<DeadLetterOutcome> {
      const { rows } = await sql.query(
        `DELETE FROM ${messages} AS message WHERE ${isDead} RETURNING message.id`,
        [rowId, queue],
      );
      return rows.length === 1 ? DONE : GONE;
    },
  };
}
