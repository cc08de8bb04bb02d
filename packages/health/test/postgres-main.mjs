import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';

// A Postgres in a process of its own, so that it can really be killed: `node postgres-main.js PORT`.
const server = new PGLiteSocketServer({
  db: await PGlite.create(),
  host: '127.0.0.1',
  port: Number(process.argv[2] ?? 0),
  maxConnections: 10,
});
await server.start();
process.stdout.write(`${server.getServerConn()}\n`);
