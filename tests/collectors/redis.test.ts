import { redis, type RedisClient } from '@promshard/collectors';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { describe, expect, onTestFinished, test } from 'vitest';

import { runRedis } from '../support/test-servers.js';
import { hasTool } from '../support/tools.js';
import { collecting, untilRisen, untilValue, valueOf } from './scrape.js';

/** A client of either library. */
interface Connected {
  readonly client: RedisClient;
  send(...command: [string, ...string[]]): Promise<unknown>;
  close(): void;
}

const clients: [string, (url: string) => Promise<Connected>][] = [
  [
    'ioredis',
    async (url) => {
      const client = new Redis(url, { retryStrategy: () => 50 });
      client.on('error', () => {});
      onTestFinished(() => client.disconnect());
      await client.ping().catch(() => {});
      return {
        client,
        send: (...command) => client.call(...command),
        close: () => client.disconnect(),
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
      const connected = client.connect();
      connected.catch(() => {});
      await Promise.race([connected, new Promise((resolve) => setTimeout(resolve, 200))]);
      return { client, send: (...command) => client.sendCommand(command), close: () => client.destroy() };
    },
  ],
];

const UP = 'redis_up{name="cache"}';
const probes = (result: string): string => `redis_probes_total{name="cache",result="${result}"}`;

describe.skipIf(!hasTool('redis')).each(clients)(
  'a real Redis by %s (skipped where Redis is not installed)',
  (_, connect) => {
    const server = runRedis();

    test('is up with its latency, down while it is stopped or killed, and up again', async () => {
      const { client } = await connect(server.url);
      const registry = collecting(redis(client, { name: 'cache' }));
      await untilValue(registry, UP, 1);
      const latency = await valueOf(registry, 'redis_latency_seconds{name="cache"}');
      expect(latency).toBeGreaterThan(0);
      const probedAt = await valueOf(registry, 'redis_probe_timestamp_seconds{name="cache"}');
      expect(Math.abs(probedAt! - Date.now() / 1000)).toBeLessThan(30);
      for (const end of ['stop', 'kill'] as const) {
        await server[end]();
        await untilValue(registry, UP, 0);
        expect(await valueOf(registry, 'redis_latency_seconds{name="cache"}')).toBeUndefined();
        await untilRisen(registry, probes('disconnected'));
        await server.start();
        await untilValue(registry, UP, 1);
      }
    });

    test('is down while it is frozen, whoever scrapes, and is sent three commands by then', async () => {
      const { client, send } = await connect(server.url);
      const pings = async (): Promise<number> =>
        Number(/cmdstat_ping:calls=(\d+)/.exec(String(await send('INFO', 'commandstats')))?.[1]);
      const registry = collecting(redis(client, { name: 'cache' }));
      await untilValue(registry, UP, 1);
      const before = await valueOf(registry, probes('success'));
      await send('CONFIG', 'RESETSTAT');
      server.freeze();
      await untilValue(registry, UP, 0);
      const succeeded = await valueOf(registry, probes('success'));
      for (let i = 0; i < 5; i++) await untilRisen(registry, probes('timeout'));
      await Promise.all(Array.from({ length: 1000 }, () => registry.metrics()));
      expect(await valueOf(registry, probes('success'))).toBe(succeeded);
      // Sent behind all that was sent before, and ahead of what is sent once an answer came.
      const sent = pings();
      server.thaw();
      expect((await sent) - (succeeded! - before!)).toBeLessThanOrEqual(3);
      await untilValue(registry, UP, 1);
    });

    test('is down while its client is closed, and up by the client in its place', async () => {
      const first = await connect(server.url);
      const second = await connect(server.url);
      let used = first;
      const registry = collecting(redis(() => used.client, { name: 'cache' }));
      await untilValue(registry, UP, 1);
      first.close();
      await untilValue(registry, UP, 0);
      used = second;
      await untilValue(registry, UP, 1);
    });

    test('is down for a client that it does not let in, and nothing of the connection is shown', async () => {
      const operator = await connect(server.url);
      await operator.send('CONFIG', 'SET', 'requirepass', 'right-one');
      try {
        const { host, port } = new URL(server.url);
        const { client } = await connect(`redis://operator:hunter2@${host}`);
        const registry = collecting(redis(client, { name: 'cache' }));
        await untilValue(registry, UP, 0);
        const text = await registry.metrics();
        for (const secret of ['hunter2', 'operator', port, '127.0.0.1', 'right-one']) {
          expect(text).not.toContain(secret);
        }
      } finally {
        await operator.send('CONFIG', 'SET', 'requirepass', '');
      }
    });
  },
);
