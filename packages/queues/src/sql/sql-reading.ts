import type { BrokerReading, QueueReading, ReadContext } from '../queue-reader.js';
import type { QueueState } from '../queue-state.js';
import type { SqlClient } from '../sql-client.js';
import { readOnlyQuery } from './read-only-query.js';

/** What a statement says of the messages of one queue that are in one state; times are unix seconds. */
export interface StateRow {
  readonly queue: string;
  readonly state: QueueState;
  readonly count: number;
  /** The oldest of the times since when they have been ready. */
  readonly since: number | string | null;
  /** How many of them are dead letters. */
  readonly dead: number;
  /** The oldest of the times when those came to lie there. */
  readonly dead_since: number | string | null;
}

/** The one row of a statement that reads a broker. */
export interface BrokerRow {
  readonly now: number;
  readonly unlisted: number;
  readonly states: readonly StateRow[];
}

/** The server's clock as unix seconds. */
export const NOW = 'extract(epoch FROM clock_timestamp())::float8';

/** A time as unix seconds. */
export function unixSeconds(time: string): string {
  return `extract(epoch FROM ${time})::float8`;
}

/** Rows of a query as one value; an empty array if there are none. */
export function jsonRows(query: string): string {
  return `(SELECT coalesce(json_agg(r), '[]') FROM (${query}) r)`;
}

/** Runs a statement whose one row is a {@link BrokerRow}. */
export async function readBrokerRow<Row extends BrokerRow>(
  sql: SqlClient,
  text: string,
  context: ReadContext,
): Promise<Row> {
  const [row] = await readOnlyQuery(sql, text, context);
  const { states, ...rest } = row as Row;
  // An application may have told its driver to leave JSON as it is.
  return { ...rest, states: typeof states === 'string' ? JSON.parse(states) : states } as Row;
}

/**
 * Puts the rows of a broker together.
 *
 * @param holdsDead - Whether it is known how many dead letters lie in a queue.
 */
export function readingOf(
  { now, unlisted, states }: BrokerRow,
  names: readonly string[],
  holdsDead: (queue: string) => boolean,
): BrokerReading {
  const queues = names.map((queue): QueueReading => {
    const own = states.filter((row) => row.queue === queue);
    const dead = own.filter((row) => row.dead > 0);
    return {
      queue,
      depth: Object.fromEntries(own.map(({ state, count }) => [state, count])),
      oldestReadySeconds: oldest(own.filter(({ state }) => state === 'ready').map(({ since }) => since)),
      deadLetters: holdsDead(queue)
        ? {
            depth: dead.reduce((sum, row) => sum + row.dead, 0),
            oldestSeconds: oldest(dead.map((row) => row.dead_since)),
          }
        : undefined,
    };
  });
  return { brokerTimeSeconds: now, unlistedQueues: unlisted, queues };
}

function oldest(times: readonly (number | string | null | undefined)[]): number | undefined {
  // JSON has no number for the `-infinity` of PostgreSQL, which is a text then; before 1970 counts as 1970.
  const known = times
    .filter((time) => time !== null && time !== undefined)
    .map((time) => Math.max(0, Number(time)));
  return known.length === 0 ? undefined : Math.min(...known);
}
