import { createHealth, type Health, keyRoundTrip, type KeyStore } from '@promshard/health';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { createRedis } from '../support/broker-servers.js';
import { runRedis } from '../support/test-servers.js';
import { hasTool } from '../support/tools.js';
import { ask, NO_ANSWER, reasons, TIMEOUT_MS, untilReason, untilStatus } from './answers.js';

/** A service's connection, by either library. */
interface Connection {
  readonly keys: KeyStore;
  ping(): Promise<unknown>;
  send(...command: [string, ...string[]]): Promise<unknown>;
}

const EXPIRY_SECONDS = 60;

const libraries: [string, (url: string) => Promise<Connection>][] = [
  [
    'ioredis',
    async (url) => {
      const client = new Redis(url, { retryStrategy: () => 50 });
      client.on('error', () => {});
      onTestFinished(() => client.disconnect());
      await client.ping().catch(() => {});
      return {
        keys: {
          write: (key, value) => client.set(key, value, 'EX', EXPIRY_SECONDS),
          read: (key) => client.get(key),
          remove: (key) => client.del(key),
        },
        ping: () => client.ping(),
        send: (...command) => client.call(...command),
      };
    },
  ],
  [
    'node-redis',
    async (url) => {
      const client = createClient({ url, socket: { reconnectStrategy: () => 50 } });
      client.on('error', () => {});
      onTestFinished(() => {
        if (client.isOpen) client.destroy();
      });
      await client.connect();
      return {
        keys: {
          write: (key, value) => client.set(key, value, { EX: EXPIRY_SECONDS }),
          read: (key) => client.get(key),
          remove: (key) => client.del(key),
        },
        ping: () => client.ping(),
        send: (...command) => client.sendCommand(command),
      };
    },
  ],
];

describe.skipIf(!hasTool('redis')).each(libraries)(
  'health by a real Redis and %s (skipped where Redis is not installed)',
  (_, connect) => {
    const server = runRedis();
    let secrets: string[];

    beforeAll(async () => {
      secrets = [new URL(server.url).port];
    });

    async function service(): Promise<{ connection: Connection; health: Health }> {
      const connection = await connect(server.url);
      const times = { timeoutMs: TIMEOUT_MS, cacheMs: 0 };
      const health = createHealth({
        ready: { cache: { run: () => connection.ping(), ...times } },
        dataPlane: { cache: keyRoundTrip(connection.keys, times) },
      });
      return { connection, health };
    }

    test.each(['stop', 'kill'] as const)('says that the server is gone (%s), and back', async (end) => {
      const { health } = await service();
      await untilStatus(health, 'ready', 'up', secrets);
      await server[end]();
      await untilStatus(health, 'ready', 'down', secrets);
      await untilStatus(health, 'data-plane', 'down', secrets);
      await server.start();
      await untilStatus(health, 'ready', 'up', secrets);
      await untilStatus(health, 'data-plane', 'up', secrets);
    });

    test('says that the server is frozen, and that it goes on', async () => {
      const { health } = await service();
      await untilStatus(health, 'ready', 'up', secrets);
      server.freeze();
      try {
        expect(reasons(await ask(health, 'ready', secrets))).toEqual([NO_ANSWER]);
        expect(reasons(await ask(health, 'data-plane', secrets))).toEqual([NO_ANSWER]);
        for (let i = 0; i < 3; i++) await ask(health, 'ready', secrets);
        expect(reasons(await ask(health, 'ready', secrets))).toEqual(['3 earlier checks have not come back']);
      } finally {
        server.thaw();
      }
      await untilStatus(health, 'ready', 'up', secrets);
      await untilStatus(health, 'data-plane', 'up', secrets);
    });

    test('a key makes a round trip, and nothing of it stays', async () => {
      const { connection, health } = await service();
      for (let i = 0; i < 5; i++) await untilStatus(health, 'data-plane', 'up', secrets);
      expect(await connection.send('DBSIZE')).toBe(0);
    });

    test('a Redis that answers, and takes no data, is ready and does not do its work', async () => {
      const { connection, health } = await service();
      for (const [broken, mended] of [
        [
          ['CONFIG', 'SET', 'maxmemory', '1'],
          ['CONFIG', 'SET', 'maxmemory', '0'],
        ],
        [
          ['REPLICAOF', '127.0.0.1', '1'],
          ['REPLICAOF', 'NO', 'ONE'],
        ],
      ] as [[string, ...string[]], [string, ...string[]]][]) {
        await connection.send(...broken);
        await untilStatus(health, 'ready', 'up', secrets);
        await untilReason(health, 'data-plane', 'failed', secrets);
        await connection.send(...mended);
        await untilStatus(health, 'data-plane', 'up', secrets);
      }
    });

    test('a key that is lost on its way is missed', async () => {
      const { connection } = await service();
      const write: KeyStore['write'] = async (key, value, signal) => {
        await connection.keys.write(key, value, signal);
        await connection.send('FLUSHALL');
      };
      const health = createHealth({ dataPlane: { cache: keyRoundTrip({ ...connection.keys, write }) } });
      expect(reasons(await ask(health, 'data-plane', secrets))).toEqual(['what was written is not there']);
    });
  },
);

test.skipIf(!hasTool('redis'))(
  'a Redis that does not let a service in is down, without a word on why (skipped where Redis is not installed)',
  async () => {
    const server = await createRedis();
    onTestFinished(() => server.remove());
    await server.start();
    const { host, port } = new URL(server.url);
    const operator = new Redis(server.url);
    onTestFinished(() => operator.disconnect());
    await operator.call('ACL', 'SETUSER', 'operator', 'on', '>right-one', '~*', '+@all');
    const client = new Redis(`redis://operator:hunter2@${host}`, { retryStrategy: () => 50 });
    client.on('error', () => {});
    onTestFinished(() => client.disconnect());
    // It may be let in without a password, as what it is not.
    await operator.call('ACL', 'SETUSER', 'default', 'resetpass', '>other-one');
    const run = (): Promise<unknown> => client.ping();
    const health = createHealth({ ready: { cache: { run, timeoutMs: TIMEOUT_MS, cacheMs: 0 } } });
    for (let i = 0; i < 4; i++) {
      expect(await ask(health, 'ready', [port, 'operator', 'right-one', 'other-one'])).toMatchObject({
        status: 'down',
      });
    }
  },
);
