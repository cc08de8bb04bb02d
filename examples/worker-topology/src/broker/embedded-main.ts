import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';

import { runProgram } from '../process/run-program.js';
import { keepQueriesWhole } from './whole-queries.js';

/** Worker processes, the API and a curious `psql` together; a connection costs next to nothing here. */
const MAX_CONNECTIONS = 100;

await runProgram('embedded-broker', async () => {
  // In memory: it needs no directory, and it never waits for a disk in the middle of a query, which is what
  // keeps the queries of two connections apart in this one session (see docs/decisions/0003).
  const db = keepQueriesWhole(await PGlite.create());
  const server = new PGLiteSocketServer({ db, host: '127.0.0.1', port: 0, maxConnections: MAX_CONNECTIONS });
  await server.start();
  return {
    details: { url: `postgres://postgres@${server.getServerConn()}/postgres` },
    async stop() {
      await server.stop();
      await db.close();
    },
  };
});
