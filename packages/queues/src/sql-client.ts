/** Who runs SQL: a `Client` of `pg`, or whatever gives its rows like one. The caller opens and closes it. */
export interface SqlClient {
  /** @returns The rows, by column name. */
  query(text: string, values?: unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
}

/** One connection of a pool, until it is released. */
export interface SqlConnection extends SqlClient {
  /** Who takes a connection of `pg` out has to listen: an error that nobody hears ends the process. */
  on?(event: 'error', listener: (error: Error) => void): unknown;
  off?(event: 'error', listener: (error: Error) => void): unknown;
  /** @param destroy - True or an error: the connection is closed instead of kept for the next. */
  release(destroy?: Error | boolean): void;
}

/** Connections to take and give back: a `Pool` of `pg`. */
export interface SqlPool extends SqlClient {
  connect(): Promise<SqlConnection>;
  /** How many connections there are; only a pool has it, which is what it is told from a client by. */
  readonly totalCount: number;
}

/** Says whether connections can be taken out: a `Client` of `pg` has a `connect` too, which means something else. */
export function isPool(sql: SqlClient): sql is SqlPool {
  return 'totalCount' in sql && 'connect' in sql && typeof sql.connect === 'function';
}
