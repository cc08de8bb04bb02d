import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';

import { type BrokerServer, createPostgres, createRedis } from './broker-servers.js';

// Each is called where tests are declared, once in a file or group. What it gives is filled in by a `beforeAll`: hooks that are
// declared behind it, and the tests, can use it.

/** A PostgreSQL, and connections to it. */
export interface PostgresServer extends BrokerServer {
  readonly pool: pg.Pool;
}

/** A Redis that runs for the tests of the place that calls this. */
export function runRedis(): BrokerServer {
  return run(createRedis);
}

/** A PostgreSQL that runs for the tests of the place that calls this; no more than `max` connections are its pool's. */
export function runPostgres(max = 10): PostgresServer {
  return run(async () => {
    const server = await createPostgres();
    const pool = new pg.Pool({ connectionString: server.url, max });
    // An idle connection that is lost tells so; without a listener that would end the process.
    pool.on('error', () => {});
    return {
      ...server,
      pool,
      async remove() {
        await pool.end();
        await server.remove();
      },
    };
  });
}

function run<Server extends BrokerServer>(create: () => Promise<Server>): Server {
  const running = {} as Server;
  beforeAll(async () => {
    await Object.assign(running, await create()).start();
  });
  // Whatever came of its start.
  afterAll(() => running.remove?.());
  return running;
}
