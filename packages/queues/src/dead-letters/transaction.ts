import type { SqlConnection, SqlPool } from '../sql-client.js';

/** What a transaction ends with: kept, or undone without an error. */
export interface Settled<Result> {
  readonly commit: boolean;
  readonly result: Result;
}

/**
 * Runs statements on one connection in one transaction. A process that dies inside leaves nothing of it behind: the
 * server rolls back what it has no commit of.
 *
 * @returns The result, once the server has confirmed the commit or the rollback.
 * @throws What a statement threw, after the rollback. When `COMMIT` itself gets no answer, it may have been done.
 */
export async function inTransaction<Result>(
  pool: SqlPool,
  run: (connection: SqlConnection) => Promise<Settled<Result>>,
): Promise<Result> {
  const connection = await pool.connect();
  connection.on?.('error', ignore);
  const giveBack = (): void => {
    connection.off?.('error', ignore);
    connection.release();
  };
  try {
    // Who waits for a row here waits for another operator, who is done in a moment, or is stopped.
    await connection.query(`BEGIN; SET LOCAL lock_timeout = '5s'`);
    const { commit, result } = await run(connection);
    await connection.query(commit ? 'COMMIT' : 'ROLLBACK');
    giveBack();
    return result;
  } catch (error) {
    try {
      await connection.query('ROLLBACK');
      giveBack();
    } catch {
      // The connection is broken, and the server rolls back by itself.
      connection.release(true);
    }
    throw error;
  }
}

/** A connection that is lost is told by its statement, too; unheard, its event would end the process. */
function ignore(): void {}
