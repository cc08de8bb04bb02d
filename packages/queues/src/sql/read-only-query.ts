import type { ReadContext } from '../queue-reader.js';
import { isPool, type SqlClient } from '../sql-client.js';

/** Of the time that a reading has: the server is to give up first, since its error says why, and its connection stays whole. */
const STATEMENT_SHARE = 0.8;

/**
 * Runs one statement that cannot change anything and cannot run on for ever: PostgreSQL refuses writes in it, and cancels it
 * before the reading is given up. The settings and the statement go in one message, which the server takes as one transaction:
 * nothing is left behind on the connection, and it costs one round trip, also through a pooler.
 *
 * A connection of a pool is closed instead of given back if its answer has not come when the reading is given up.
 *
 * @param text - One statement, without parameters.
 * @returns Its rows.
 */
export async function readOnlyQuery(
  sql: SqlClient,
  text: string,
  { signal, timeoutMs }: ReadContext,
): Promise<readonly unknown[]> {
  const timeout = Math.max(1, Math.floor(timeoutMs * STATEMENT_SHARE));
  const message = `SET TRANSACTION READ ONLY; SET LOCAL statement_timeout = ${timeout}; ${text}`;
  if (!isPool(sql)) return lastRows(await sql.query(message));

  const connection = await sql.connect();
  if (signal.aborted) {
    connection.release();
    throw new Error('The connection came when the reading had been given up.');
  }
  connection.on?.('error', ignore);
  const destroy = (): void => connection.release(new Error('The reading was given up.'));
  signal.addEventListener('abort', destroy, { once: true });
  try {
    const rows = lastRows(await connection.query(message));
    if (!signal.aborted) keep();
    return rows;
  } catch (error) {
    // A server's refusal leaves the connection whole; anything else may not.
    if (!signal.aborted) {
      if (isRefusal(error)) keep();
      else destroy();
    }
    throw error;
  } finally {
    signal.removeEventListener('abort', destroy);
  }

  function keep(): void {
    connection.off?.('error', ignore);
    connection.release();
  }
}

/** A connection that is lost is told by its query, too. */
function ignore(): void {}

/** A driver gives one result for each statement of a message; a wrapper may pass on only the last. */
function lastRows(results: unknown): readonly unknown[] {
  const result: unknown = Array.isArray(results) ? results.at(-1) : results;
  const rows: unknown = (result as { rows?: unknown } | undefined)?.rows;
  if (!Array.isArray(rows))
    throw new Error('The SQL client gave no rows: a query has to resolve with { rows }.');
  return rows;
}

/** Of the errors that a server sends, those of this severity end the statement and not the connection. */
function isRefusal(error: unknown): boolean {
  return (error as { severity?: unknown } | undefined)?.severity === 'ERROR';
}
