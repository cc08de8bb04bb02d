import { checkNames, chooseStates } from '../check-options.js';
import { checkOptionNames } from '../option-names.js';
import { QueueMetricsError } from '../queue-metrics-error.js';
import type { QueueReader } from '../queue-reader.js';
import type { SqlClient } from '../sql-client.js';
import { ArrivalMarks } from './arrival-marks.js';
import { quoteIdentifier, quoteLiteral, quoteTexts } from './quote.js';
import { type BrokerRow, jsonRows, NOW, readBrokerRow, readingOf, type StateRow } from './sql-reading.js';

/** Where Celery keeps its messages, and which of its queues get series. */
export interface CeleryQueuesOptions {
  /** A `Pool` of `pg`; a `Client` that nothing else uses will do. */
  readonly sql: SqlClient;
  /** The queues that get series. */
  readonly names: readonly string[];
  /** Queues among them that a task of yours puts dead letters into: Celery has none of its own. */
  readonly deadLetterQueues?: readonly string[];
  /**
   * The header of a message that says when it was sent, as unix seconds or RFC 3339: set by a handler of Celery's
   * `before_task_publish`, as Celery itself sends no such time. Without it, or where a message has none, the oldest
   * message counts from the reading that saw it first.
   */
  readonly sentAtHeader?: string;
  /** The schema of the tables; that of the connection's `search_path` by default. */
  readonly schema?: string;
  /** `queue_tablename` of the transport's options; `kombu_queue` by default. */
  readonly queueTable?: string;
  /** `message_tablename` of the transport's options; `kombu_message` by default. */
  readonly messageTable?: string;
  /** The label `broker`; `celery` by default. */
  readonly broker?: string;
  /** What is counted; `['ready', 'invisible']` by default. Only `['ready']` reads nothing but what is ready. */
  readonly states?: readonly ('ready' | 'invisible')[];
}

const STATES: readonly ('ready' | 'invisible')[] = ['ready', 'invisible'];

/** The largest message that is read for its header. */
const MAX_PAYLOAD_BYTES = 1024 * 1024;

interface MessageRow extends StateRow {
  readonly oldest_id: number;
  readonly payload: string | null;
}

interface Row extends BrokerRow {
  readonly states: readonly MessageRow[];
  readonly highest_id: number | null;
  /** Which table it is: another one where it was dropped and made again. */
  readonly table_id: number;
}

/**
 * Reads the queues of Celery's SQLAlchemy transport (kombu 5) on PostgreSQL.
 *
 * A message is `ready` while it is `visible`, also one with an ETA, which a worker takes and holds. Afterwards it is
 * `invisible`: the transport never deletes it, and marks neither its success nor its failure.
 *
 * @throws QueueMetricsError for options that cannot be.
 */
export function celeryQueues(options: CeleryQueuesOptions): QueueReader {
  checkOptionNames('celeryQueues()', options, {
    sql: true,
    names: true,
    deadLetterQueues: true,
    sentAtHeader: true,
    schema: true,
    queueTable: true,
    messageTable: true,
    broker: true,
    states: true,
  });
  const {
    sql,
    names,
    deadLetterQueues = [],
    sentAtHeader,
    schema,
    queueTable = 'kombu_queue',
    messageTable = 'kombu_message',
    broker = 'celery',
    states: wanted = STATES,
  } = options;
  checkNames(names);
  if (deadLetterQueues.some((queue) => !names.includes(queue)))
    throw new QueueMetricsError('deadLetterQueues has to name queues that are in names, too.');
  const states = chooseStates(wanted, STATES);
  const inSchema = schema === undefined ? '' : `${quoteIdentifier(schema)}.`;
  const text = statement({
    queues: inSchema + quoteIdentifier(queueTable),
    messages: inSchema + quoteIdentifier(messageTable),
    names,
    invisible: states.includes('invisible'),
    ready: states.includes('ready'),
    payload: sentAtHeader !== undefined,
  });
  const marks = new ArrivalMarks();
  let tableId: number | undefined;

  /** When the oldest message came: what it says itself, or what was seen. */
  function withTimes(row: Row): Row {
    if (tableId !== row.table_id) marks.clear();
    tableId = row.table_id;
    marks.note(row.highest_id ?? 0, row.now);
    const ready = row.states.filter(({ state }) => state === 'ready');
    marks.forgetBelow(Math.min(...ready.map(({ oldest_id: id }) => id), Number.POSITIVE_INFINITY));
    return {
      ...row,
      states: row.states.map((each) => {
        if (each.state !== 'ready') return each;
        const said = sentAtHeader === undefined ? undefined : readHeader(each.payload, sentAtHeader);
        const since = said ?? marks.arrivalOf(each.oldest_id) ?? row.now;
        return { ...each, since, dead: each.count, dead_since: since };
      }),
    };
  }

  return {
    broker,
    names,
    states,
    async read(context) {
      const row = withTimes(await readBrokerRow<Row>(sql, text, context));
      const isReadyCounted = states.includes('ready');
      return readingOf(row, names, (queue) => isReadyCounted && deadLetterQueues.includes(queue));
    },
  };
}

/** The time in a header of a message in kombu's JSON envelope; none if there is none that can be. */
function readHeader(payload: string | null, header: string): number | undefined {
  let value: unknown;
  try {
    const { headers } = JSON.parse(payload ?? '{}') as { headers?: Readonly<Record<string, unknown>> };
    value = headers?.[header];
  } catch {
    return undefined;
  }
  const seconds =
    typeof value === 'string' && !/^[\d.]+$/.test(value)
      ? Date.parse(value) / 1000
      : Number(value ?? Number.NaN);
  return Number.isFinite(seconds) && seconds > 0 ? seconds : undefined;
}

interface Parts {
  readonly queues: string;
  readonly messages: string;
  readonly names: readonly string[];
  readonly ready: boolean;
  readonly invisible: boolean;
  readonly payload: boolean;
}

/**
 * What is visible has an index, on `visible`; nothing has one on the queue. What is invisible is every message ever delivered
 * that nobody has purged: counting it reads the table.
 *
 * `timestamp` is no time of arrival: kombu leaves it empty until it delivers the message, and writes the local time of that process
 * into it then. Ids rise, and kombu delivers by them.
 */
function statement({ queues, messages, names, ready, invisible, payload }: Parts): string {
  const listed = `q.name = ANY(${quoteTexts(names)})`;
  const payloadOf = `(SELECT p.payload FROM ${messages} p WHERE p.id = m.oldest_id AND octet_length(p.payload) <= ${MAX_PAYLOAD_BYTES})`;
  const count = (state: string, condition: string, withPayload: boolean): string =>
    `SELECT q.name AS queue, '${state}' AS state, m.count, m.oldest_id, ${withPayload ? payloadOf : 'NULL'} AS payload
       FROM (SELECT queue_id, count(*) AS count, min(id) AS oldest_id FROM ${messages} WHERE ${condition} GROUP BY queue_id) m
       JOIN ${queues} q ON q.id = m.queue_id WHERE ${listed}`;
  const parts = [
    ...(ready ? [count('ready', 'visible', payload)] : []),
    ...(invisible ? [count('invisible', 'NOT visible', false)] : []),
  ];
  return `SELECT ${NOW} AS now, ${jsonRows(parts.join(' UNION ALL '))} AS states,
    (SELECT max(id) FROM ${messages})::float8 AS highest_id,
    ${quoteLiteral(messages)}::regclass::oid::int8::float8 AS table_id,
    (SELECT count(*) FROM ${queues} q WHERE NOT ${listed} AND ${isWork('q.name')})::int AS unlisted`;
}

/** Queues of Celery's own, with a name for each process or each client: remote control, its replies, events, and results by `rpc://`. */
function isWork(name: string): string {
  const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
  return `${name} !~ '(^|[.])celery[.]pidbox$|^celeryev[.]|^${uuid}$'`;
}
