import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';

import { runProgram } from '../process/run-program.js';

/** Worker processes, the API and a curious `psql` together; a connection costs next to nothing here. */
const MAX_CONNECTIONS = 100;

await runProgram('embedded-broker', async () => {
  // In memory: it needs no directory, and statements of one client then never wait in the middle for a
  // disk, which is what keeps those of other clients from coming in between (see docs/decisions/0003).
  const db = await PGlite.create();
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
