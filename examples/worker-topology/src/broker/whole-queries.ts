import type { PGlite } from '@electric-sql/pglite';

/** Messages of the extended protocol that a Sync completes: Parse, Bind, Describe, Execute, Close, Flush. */
const PARTS = new Set([...'PBDECH'].map((letter) => letter.charCodeAt(0)));
/** Sync, and the simple Query: with these a query is complete. */
const ENDS = new Set([...'SQ'].map((letter) => letter.charCodeAt(0)));

/**
 * Keeps the messages of one query together. The socket server has one session for all connections: it stays with the
 * connection whose transaction is open, and otherwise serves whoever's message is next. When a transaction ends for which several
 * connections have waited, it would serve the first message of each, then the second: one's Parse, then another's. So it is
 * told of a transaction for as long as a query is incomplete.
 */
export function keepQueriesWhole(db: PGlite): PGlite {
  const execute = db.execProtocolRawStream.bind(db);
  const isInTransaction = db.isInTransaction.bind(db);
  const exec = db.exec.bind(db);
  let isIncomplete = false;
  return Object.assign(db, {
    async execProtocolRawStream(...[message, options]: Parameters<PGlite['execProtocolRawStream']>) {
      const type = message[0] ?? 0;
      if (PARTS.has(type)) isIncomplete = true;
      else if (ENDS.has(type)) isIncomplete = false;
      await execute(message, options);
    },
    isInTransaction: () => isIncomplete || isInTransaction(),
    // The server's ROLLBACK for a connection that went away.
    exec(...args: Parameters<PGlite['exec']>) {
      isIncomplete = false;
      return exec(...args);
    },
  } satisfies Partial<PGlite>);
}
