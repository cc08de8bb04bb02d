import { bullmqQueues, createQueueMetrics, type QueueMetrics, type QueueProblem } from '@promshard/queues';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { runRedis } from '../support/test-servers.js';
import { hasTool } from '../support/tools.js';
import { scrape } from './scrape.js';
import { until } from './until.js';

const UP = 'queue_broker_up{broker="bullmq"}';
const READ_AT = 'queue_broker_last_success_timestamp_seconds{broker="bullmq"}';
const READY = 'queue_depth{broker="bullmq",queue="mail",state="ready"}';

describe.skipIf(!hasTool('redis'))('a Redis in trouble (skipped where it is not installed)', () => {
  const server = runRedis();
  let redis: Redis;
  const problems: QueueProblem[] = [];

  beforeAll(async () => {
    redis = new Redis(server.url, { maxRetriesPerRequest: null, retryStrategy: () => 50 });
    redis.on('error', () => {});
    const queue = new Queue('mail', {
      connection: { host: '127.0.0.1', port: Number(new URL(server.url).port) },
    });
    await queue.addBulk([
      { name: 'a', data: {} },
      { name: 'b', data: {} },
    ]);
    await queue.close();
  });

  afterAll(() => redis?.disconnect());

  function measure(ttlMs: number): { readonly registry: Registry; readonly metrics: QueueMetrics } {
    problems.length = 0;
    const registry = new Registry();
    const metrics = createQueueMetrics({
      registry,
      ttlMs,
      timeoutMs: 300,
      queues: [bullmqQueues({ redis, names: ['mail'] })],
      onProblem: (problem) => problems.push(problem),
    });
    return { registry, metrics };
  }

  it('is asked once by a hundred scrapes, as it counts itself', async () => {
    const { registry } = measure(600_000);
    await redis.call('CONFIG', 'RESETSTAT');
    const expositions = await Promise.all(Array.from({ length: 100 }, () => registry.metrics()));
    expect(new Set(expositions).size).toBe(1);
    expect(expositions[0]).toContain(`${READY} 2`);
    const stats = await redis.info('commandstats');
    expect(/cmdstat_eval_ro:calls=(\d+)/.exec(stats)?.[1]).toBe('1');
    expect(stats).not.toContain('cmdstat_eval:');
  });

  it.each(['stopped', 'frozen', 'killed'] as const)(
    'is %s and comes back: scrapes go on, and say how old',
    async (how) => {
      const { registry } = measure(1);
      const recovered = (): Promise<Readonly<Record<string, number>>> =>
        until(async () => {
          const samples = await scrape(registry);
          return samples[UP] === 1 ? samples : undefined;
        });
      const before = await recovered();
      if (how === 'frozen') server.freeze();
      else await (how === 'stopped' ? server.stop() : server.kill());
      for (let scrapes = 0; scrapes < 5; scrapes += 1)
        expect({ ...(await scrape(registry)), [UP]: 1 }).toEqual(before);
      expect((await scrape(registry))[UP]).toBe(0);
      expect(problems.map(({ resolved }) => resolved)).toEqual([false]);
      if (how === 'frozen') server.thaw();
      else await server.start();
      const after = await recovered();
      expect(after[READY]).toBe(2);
      expect(after[READ_AT]).toBeGreaterThan(before[READ_AT]!);
      expect(problems.map(({ resolved }) => resolved)).toEqual([false, true]);
    },
  );
});
