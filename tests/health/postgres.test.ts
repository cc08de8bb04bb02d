import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

import { createHealth, type Health } from '@promshard/health';
import pg from 'pg';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { runPostgres } from '../support/test-servers.js';
import { hasTool } from '../support/tools.js';
import { ask, NO_ANSWER, reasons, TIMEOUT_MS, untilReason, untilStatus } from './answers.js';

describe.skipIf(!hasTool('postgres'))(
  'health by a real PostgreSQL (skipped where PostgreSQL is not installed)',
  () => {
    const server = runPostgres();
    let port: string;

    beforeAll(async () => {
      ({ port } = new URL(server.url));
      const admin = new pg.Client(server.url);
      await admin.connect();
      await admin.query(`create role operator login password 'hunter2'`);
      await admin.query('create role single login connection limit 1');
      await admin.end();
    });

    function serviceOn(options: pg.PoolConfig = {}): { pool: pg.Pool; health: Health } {
      const connectionString = `postgres://operator:hunter2@127.0.0.1:${port}/postgres`;
      const pool = new pg.Pool({ connectionString, max: 2, ...options });
      pool.on('error', () => {});
      onTestFinished(() => void pool.end().catch(() => {}));
      const run = async (): Promise<unknown> => pool.query('select 1');
      const database = { run, timeoutMs: TIMEOUT_MS, cacheMs: 0 };
      return { pool, health: createHealth({ ready: { database } }) };
    }

    const secrets = (): string[] => [port, 'operator'];

    test.each(['stop', 'kill'] as const)('says that the server is gone (%s), and back', async (end) => {
      const { health } = serviceOn();
      await untilStatus(health, 'ready', 'up', secrets());
      await server[end]();
      await untilStatus(health, 'ready', 'down', secrets());
      await untilReason(health, 'ready', 'failed with ECONNREFUSED', secrets());
      await server.start();
      await untilStatus(health, 'ready', 'up', secrets());
    });

    test('says that the server is frozen, and that it goes on', async () => {
      const { health } = serviceOn();
      await untilStatus(health, 'ready', 'up', secrets());
      server.freeze();
      try {
        expect(reasons(await ask(health, 'ready', secrets()))).toEqual([NO_ANSWER]);
        for (let i = 0; i < 3; i++) await ask(health, 'ready', secrets());
        expect(reasons(await ask(health, 'ready', secrets()))).toEqual([
          '3 earlier checks have not come back',
        ]);
      } finally {
        server.thaw();
      }
      await untilStatus(health, 'ready', 'up', secrets());
    });

    test('says that the pool is full, and that it is not', async () => {
      const { pool, health } = serviceOn();
      const taken = [await pool.connect(), await pool.connect()];
      expect(reasons(await ask(health, 'ready', secrets()))).toEqual([NO_ANSWER]);
      for (const connection of taken) connection.release();
      await untilStatus(health, 'ready', 'up', secrets());
    });

    test('says that the server has no connection left, and that it has', async () => {
      const connectionString = `postgres://single:hunter2@127.0.0.1:${port}/postgres`;
      const only = new pg.Client(connectionString);
      await only.connect();
      const { health } = serviceOn({ connectionString });
      await untilReason(health, 'ready', 'failed with 53300', ['single', port]);
      await only.end();
      await untilStatus(health, 'ready', 'up', ['single', port]);
    });

    test('says that it is not let in', async () => {
      const connectionString = `postgres://intruder:hunter2@127.0.0.1:${port}/postgres`;
      const { health } = serviceOn({ connectionString });
      await untilReason(health, 'ready', 'failed with 28000', ['intruder', port]);
    });

    test('says that a table is locked, and that it is not', async () => {
      const { pool } = serviceOn();
      await pool.query('create temporary table if not exists nothing ()');
      const run = async (): Promise<unknown> => pool.query('select 1 from orders');
      const admin = new pg.Client(server.url);
      await admin.connect();
      onTestFinished(() => admin.end());
      await admin.query('create table orders (); grant select on orders to operator');
      const health = createHealth({ ready: { orders: { run, timeoutMs: TIMEOUT_MS, cacheMs: 0 } } });
      await untilStatus(health, 'ready', 'up');
      await admin.query('begin; lock table orders in access exclusive mode');
      expect(reasons(await ask(health, 'ready', secrets()))).toEqual([NO_ANSWER]);
      await admin.query('commit');
      await untilStatus(health, 'ready', 'up');
    });

    test('says that connections hang, and that new ones do not', async () => {
      const sockets = new Set<Socket>();
      let hangs = true;
      // As behind a load balancer that has lost the server: it takes connections, and nothing comes back.
      const balancer = createServer((socket) => {
        sockets.add(socket.on('error', () => {}));
        if (hangs) return;
        const onward = connect(Number(port), '127.0.0.1').on('error', () => {});
        socket.pipe(onward).pipe(socket);
      }).listen(0, '127.0.0.1');
      await once(balancer, 'listening');
      onTestFinished(() => {
        for (const socket of sockets) socket.destroy();
        balancer.close();
      });
      const { port: balanced } = balancer.address() as AddressInfo;
      const { health } = serviceOn({
        connectionString: `postgres://operator:hunter2@127.0.0.1:${balanced}/postgres`,
        connectionTimeoutMillis: 2 * TIMEOUT_MS,
      });
      expect(reasons(await ask(health, 'ready', [`${balanced}`]))).toEqual([NO_ANSWER]);
      hangs = false;
      await untilStatus(health, 'ready', 'up', [`${balanced}`]);
    });

    test('does not say that the server is gone where this process was busy itself', async () => {
      const { pool } = serviceOn();
      const run = async (): Promise<void> => {
        const answer = pool.query('select pg_sleep(0.1)');
        // The answer comes before this is over; nobody reads it until then.
        await new Promise((resolve) => setTimeout(resolve, 20));
        // From here, timers come before sockets.
        await new Promise((resolve) => setImmediate(resolve));
        const until = performance.now() + 2 * TIMEOUT_MS;
        while (performance.now() < until);
        await answer;
      };
      await pool.query('select 1');
      const health = createHealth({ ready: { database: { run, timeoutMs: TIMEOUT_MS, cacheMs: 0 } } });
      expect(await ask(health, 'ready')).toMatchObject({ status: 'up' });
    });
  },
);
