import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

import { postgresPool } from '@promshard/collectors';
import pg from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';

import { runPostgres } from '../support/test-servers.js';
import { hasTool } from '../support/tools.js';
import { collecting, untilRisen, untilValue, valueOf } from './scrape.js';

const UP = 'postgres_pool_up{name="main"}';
const WAITING = 'postgres_pool_waiting{name="main"}';
const IDLE = 'postgres_pool_idle{name="main"}';
const SIZE = 'postgres_pool_size{name="main"}';
const probes = (result: string): string => `postgres_pool_probes_total{name="main",result="${result}"}`;

describe.skipIf(!hasTool('postgres'))(
  'a pool of a real PostgreSQL (skipped where PostgreSQL is not installed)',
  () => {
    const server = runPostgres();

    function poolOf(options: pg.PoolConfig = {}): pg.Pool {
      const pool = new pg.Pool({ connectionString: server.url, max: 2, ...options });
      pool.on('error', () => {});
      onTestFinished(() => void (pool.ending || pool.end().catch(() => {})));
      return pool;
    }

    test('is up with its latency, down while the server is stopped or killed, and up again', async () => {
      const registry = collecting(postgresPool(poolOf(), { name: 'main' }));
      await untilValue(registry, UP, 1);
      expect(await valueOf(registry, 'postgres_pool_latency_seconds{name="main"}')).toBeGreaterThan(0);
      expect(await valueOf(registry, 'postgres_pool_max{name="main"}')).toBe(2);
      for (const end of ['stop', 'kill'] as const) {
        await server[end]();
        await untilValue(registry, UP, 0);
        await untilRisen(registry, probes('failure'));
        expect(await valueOf(registry, 'postgres_pool_latency_seconds{name="main"}')).toBeUndefined();
        await server.start();
        await untilValue(registry, UP, 1);
      }
    });

    test('is counted as it is, and a full one is down without a request of the probe’s in its queue', async () => {
      const pool = poolOf();
      const registry = collecting(postgresPool(pool, { name: 'main' }));
      await untilValue(registry, UP, 1);
      const taken = [await pool.connect(), await pool.connect()];
      await untilValue(registry, UP, 0);
      await untilRisen(registry, probes('exhausted'));
      expect(await valueOf(registry, SIZE)).toBe(2);
      expect(await valueOf(registry, IDLE)).toBe(0);
      expect(await valueOf(registry, WAITING)).toBe(0);

      const asked = [pool.query('select 1'), pool.query('select 1'), pool.query('select 1')];
      await untilRisen(registry, probes('exhausted'));
      await Promise.all(Array.from({ length: 1000 }, () => registry.metrics()));
      expect(await valueOf(registry, WAITING)).toBe(3);
      for (const connection of taken) connection.release();
      await Promise.all(asked);
      await untilValue(registry, UP, 1);
      expect(pool.totalCount).toBe(2);
    });

    test('is down while the server is frozen, with one connection of the probe’s at the most, and up again', async () => {
      const pool = poolOf({ max: 5 });
      const registry = collecting(postgresPool(pool, { name: 'main' }));
      await untilValue(registry, UP, 1);
      server.freeze();
      try {
        await untilValue(registry, UP, 0);
        for (let i = 0; i < 5; i++) await untilRisen(registry, probes('timeout'));
        expect(await valueOf(registry, SIZE)).toBe(1);
        expect(await valueOf(registry, WAITING)).toBe(0);
      } finally {
        server.thaw();
      }
      await untilValue(registry, UP, 1);
      expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    });

    test('lends a connection that breaks under the probe without harm to the process', async () => {
      const registry = collecting(postgresPool(poolOf(), { name: 'main' }));
      await untilValue(registry, UP, 1);
      server.freeze();
      await untilRisen(registry, probes('timeout'));
      await server.kill();
      await untilRisen(registry, probes('failure'));
      await server.start();
      await untilValue(registry, UP, 1);
    });

    test('is up by connections that the application got, while one that was opened for a probe hangs', async () => {
      const { port } = new URL(server.url);
      const sockets: Socket[] = [];
      // The first connection is made to somebody who never answers, the others to the server.
      const proxy = createServer((socket) => {
        sockets.push(socket.on('error', () => {}));
        if (sockets.length === 1) return;
        const onward = connect(Number(port), '127.0.0.1').on('error', () => {});
        socket.pipe(onward).pipe(socket);
      }).listen(0, '127.0.0.1');
      await once(proxy, 'listening');
      onTestFinished(() => {
        for (const socket of sockets) socket.destroy();
        proxy.close();
      });
      const { port: proxied } = proxy.address() as AddressInfo;
      const pool = poolOf({ max: 3, connectionString: server.url.replace(port, `${proxied}`) });
      const registry = collecting(postgresPool(pool, { name: 'main' }));
      await untilValue(registry, UP, 0);
      await untilRisen(registry, probes('timeout'));
      expect(sockets.length).toBe(1);
      await pool.query('select 1');
      await untilValue(registry, UP, 1);
    });

    test('is down once it is closed, and up by the pool in its place', async () => {
      let pool = poolOf();
      const registry = collecting(postgresPool(() => pool, { name: 'main' }));
      await untilValue(registry, UP, 1);
      await pool.end();
      await untilValue(registry, UP, 0);
      pool = poolOf();
      await untilValue(registry, UP, 1);
    });

    test('is down for a role that may not connect, and nothing of the connection is shown', async () => {
      const { port } = new URL(server.url);
      const connectionString = `postgres://operator:hunter2@127.0.0.1:${port}/shop`;
      const registry = collecting(postgresPool(poolOf({ connectionString }), { name: 'main' }));
      await untilValue(registry, UP, 0);
      expect(await valueOf(registry, probes('failure'))).toBeGreaterThan(0);
      const text = await registry.metrics();
      for (const secret of ['hunter2', 'operator', 'shop', port, '127.0.0.1'])
        expect(text).not.toContain(secret);
    });
  },
);
