import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

import pg from 'pg';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';

import { createHealth, type Health, type HealthReport, keyRoundTrip } from '../src/index.js';
import { PostgresProcess } from './postgres.js';

const SECRET = 'hunter2';
const TIMEOUT_MS = 1000;

// One for all tests: it takes seconds to start. Each test leaves it running.
const postgres = new PostgresProcess();
beforeAll(() => postgres.start());
afterAll(() => postgres.kill());

/** A pool, and the health of a service that needs it. */
function serviceOn(port: number): { pool: pg.Pool; health: Health } {
  const pool = new pg.Pool({
    connectionString: `postgres://service:${SECRET}@127.0.0.1:${port}/postgres`,
    max: 1,
  });
  pool.on('error', () => {});
  onTestFinished(() => void pool.end());
  const query = async (): Promise<unknown> => pool.query('select 1');
  const health = createHealth({ ready: { postgres: { run: query, timeoutMs: TIMEOUT_MS, cacheMs: 0 } } });
  return { pool, health };
}

async function ready(health: Health): Promise<HealthReport> {
  const response = await health.handle(new Request('http://127.0.0.1/health/ready'));
  const report = (await response.json()) as HealthReport;
  expect(response.status).toBe(report.status === 'down' ? 503 : 200);
  expect(JSON.stringify(report)).not.toContain(SECRET);
  return report;
}

test('a database that is killed is down with its code, and up again once it is back', async () => {
  const { health } = serviceOn(postgres.port);
  expect(await ready(health)).toMatchObject({ status: 'up', checks: { postgres: { status: 'up' } } });
  await postgres.kill();
  await expect
    .poll(() => ready(health))
    .toMatchObject({
      status: 'down',
      checks: { postgres: { status: 'down', reason: 'failed with ECONNREFUSED' } },
    });
  await postgres.start();
  await expect.poll(() => ready(health), { timeout: 30_000 }).toMatchObject({ status: 'up' });
});

test('a database that is frozen is down after the timeout, and up again once it goes on', async () => {
  const { health } = serviceOn(postgres.port);
  expect(await ready(health)).toMatchObject({ status: 'up' });
  postgres.freeze();
  const before = performance.now();
  expect(await ready(health)).toMatchObject({
    status: 'down',
    checks: { postgres: { reason: `no answer within ${TIMEOUT_MS} ms` } },
  });
  expect(performance.now() - before).toBeGreaterThanOrEqual(TIMEOUT_MS - 1);
  postgres.thaw();
  await expect.poll(() => ready(health), { timeout: 30_000 }).toMatchObject({ status: 'up' });
});

test('a pool without a free connection is down after the timeout, and up again once there is one', async () => {
  const { pool, health } = serviceOn(postgres.port);
  const taken = await pool.connect();
  expect(await ready(health)).toMatchObject({ status: 'down' });
  taken.release();
  await expect.poll(() => ready(health)).toMatchObject({ status: 'up' });
});

test('a connection that hangs for ever does not pile up checks, and new ones are made once some have come back', async () => {
  const sockets: Socket[] = [];
  let answers = false;
  const server = createServer((socket) => {
    socket.on('error', () => {});
    if (answers) socket.end('ready');
    else sockets.push(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const health = createHealth({
    ready: {
      // It does not look at the signal, as many drivers do not.
      backend: {
        run: async () => {
          const { connect } = await import('node:net');
          await once(connect(port, '127.0.0.1'), 'data');
        },
        timeoutMs: 20,
        cacheMs: 0,
      },
    },
  });
  for (let i = 0; i < 20; i++) expect(await ready(health)).toMatchObject({ status: 'down' });
  expect(await ready(health)).toMatchObject({
    checks: { backend: { reason: '3 earlier checks have not come back' } },
  });
  expect(sockets).toHaveLength(3);
  answers = true;
  for (const socket of sockets) socket.end('late');
  await expect.poll(() => ready(health)).toMatchObject({ status: 'up' });
});

test('a key makes a real round trip through the database', async () => {
  const { pool } = serviceOn(postgres.port);
  await pool.query('create table probe (key text primary key, value text)');
  const health = createHealth({
    dataPlane: {
      table: keyRoundTrip(
        {
          write: (key, value) => pool.query('insert into probe values ($1, $2)', [key, value]),
          read: async (key) => {
            const { rows } = await pool.query<{ value: string }>('select value from probe where key = $1', [
              key,
            ]);
            return rows[0]?.value;
          },
          remove: (key) => pool.query('delete from probe where key = $1', [key]),
        },
        { cacheMs: 0 },
      ),
    },
  });
  expect(await health.report('data-plane')).toMatchObject({ status: 'up' });
  expect((await pool.query('select * from probe')).rows).toEqual([]);
  await pool.query(`create rule forgetful as on insert to probe do instead nothing`);
  expect(await health.report('data-plane')).toMatchObject({
    status: 'down',
    checks: { table: { reason: 'what was written is not there' } },
  });
  await pool.query('drop table probe');
  expect(await health.report('data-plane')).toMatchObject({
    checks: { table: { reason: 'failed with 42P01' } },
  });
});
