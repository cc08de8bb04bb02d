import { setTimeout as sleep } from 'node:timers/promises';

import { bullmqQueues, createQueueMetrics, listQueues, type RedisClient } from '@promshard/queues';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { Registry } from 'prom-client';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { runRedis } from '../support/test-servers.js';
import { hasTool } from '../support/tools.js';
import { gauge } from './scrape.js';
import { until } from './until.js';

describe.skipIf(!hasTool('redis'))('queues on Redis (skipped where Redis is not installed)', () => {
  const server = runRedis();
  let redis: Redis;
  const nodeRedis = { client: createClient() };
  const clients: (() => readonly [string, RedisClient])[] = [
    () => ['ioredis', redis],
    () => ['node-redis', nodeRedis.client],
  ];

  beforeAll(async () => {
    redis = new Redis(server.url, { maxRetriesPerRequest: null });
    nodeRedis.client = createClient({ url: server.url });
    await nodeRedis.client.connect();
  });

  afterAll(async () => {
    nodeRedis.client.destroy();
    redis?.disconnect();
  });

  it('shows BullMQ’s jobs as its own getters count them, by either client', async () => {
    const { port } = new URL(server.url);
    const connection = { host: '127.0.0.1', port: Number(port), maxRetriesPerRequest: null };
    const hostile = `x"}\n' \\ {a}, state=ready`;
    const names = ['mail', 'held', 'family-parents', hostile, 'never-used'];
    const [mail, held, parents, odd] = names.slice(0, 4).map((name) => new Queue(name, { connection }));
    const now = Date.now();
    try {
      // Half of them fail for good; what runs last stays active until it is let go.
      let letGo: () => void = () => {};
      const gate = new Promise<void>((resolve) => (letGo = resolve));
      await mail!.addBulk(
        ['ok', 'ok', 'bad', 'bad', 'bad'].map((name) => ({ name, data: {}, opts: { attempts: 1 } })),
      );
      const worker = new Worker(
        'mail',
        async ({ name }) => {
          if (name === 'bad') throw new Error('bad');
          if (name === 'held') await gate;
        },
        { connection },
      );
      const { failed } = await until(async () => {
        const counts = await mail!.getJobCounts('completed', 'failed');
        return counts['completed'] === 2 && counts['failed'] === 3
          ? { failed: await mail!.getFailed() }
          : undefined;
      });
      await mail!.add('held', {});
      await until(async () => ((await mail!.getActiveCount()) === 1 ? true : undefined));

      await mail!.addBulk([
        { name: 'late', data: {}, opts: { delay: 3_600_000 } },
        { name: 'plain', data: {}, opts: { timestamp: now - 5_000 } },
        { name: 'plain', data: {}, opts: { timestamp: now - 4_000 } },
        { name: 'urgent', data: {}, opts: { priority: 1, timestamp: now - 1_000 } },
        // Starved: the less urgent is the oldest of all.
        { name: 'starved', data: {}, opts: { priority: 2_000_000, timestamp: now - 90_500 } },
        { name: 'starved', data: {}, opts: { priority: 2_000_000, timestamp: now - 80_000 } },
        { name: 'lifo', data: {}, opts: { lifo: true, timestamp: now - 3_000 } },
      ]);
      await held!.pause();
      await held!.addBulk([
        { name: 'a', data: {} },
        { name: 'b', data: {}, opts: { priority: 3 } },
      ]);
      await odd!.add('x', {}, { timestamp: now - 7_250 });
      await odd!.add('x', {}, { timestamp: Number.MIN_SAFE_INTEGER });
      await odd!.add('broken', {}, { delay: 1 });

      for (const [client, sql] of clients.map((each) => each())) {
        const registry = new Registry();
        createQueueMetrics({ registry, queues: [bullmqQueues({ redis: sql, names })], timeoutMs: 20_000 });
        const depth = await gauge(registry, 'queue_depth');
        const own = await mail!.getJobCounts();
        expect([client, depth]).toMatchObject([
          client,
          {
            'bullmq/mail/ready': own['waiting']! + own['prioritized']!,
            'bullmq/mail/scheduled': own['delayed']!,
            'bullmq/mail/active': own['active']!,
            'bullmq/mail/blocked': own['waiting-children']!,
            'bullmq/mail/paused': 0,
            'bullmq/mail/completed': own['completed']!,
            'bullmq/mail/failed': own['failed']!,
            'bullmq/held/ready': 0,
            'bullmq/held/paused': 2,
            'bullmq/never-used/ready': 0,
          },
        ]);
        expect(depth['bullmq/mail/ready']).toBe(6);
        expect(depth['bullmq/mail/active']).toBe(1);
        // The one whose delay is over is ready, although no worker has moved it.
        expect(depth[`bullmq/${hostile}/ready`]).toBe(3);
        expect(Object.keys(depth)).toHaveLength(names.length * 7);

        const oldest = await gauge(registry, 'queue_oldest_ready_timestamp_seconds');
        expect(oldest).toEqual({
          'bullmq/mail': (now - 90_500) / 1000,
          [`bullmq/${hostile}`]: (now - 7_250) / 1000,
        });
        expect(await gauge(registry, 'queue_dead_letter_depth')).toMatchObject({
          'bullmq/mail': 3,
          'bullmq/held': 0,
        });
        expect(await gauge(registry, 'queue_dead_letter_oldest_timestamp_seconds')).toEqual({
          'bullmq/mail': Math.min(...failed.map(({ finishedOn }) => finishedOn!)) / 1000,
        });
      }
      letGo();
      await worker.close();
    } finally {
      await Promise.all([mail, held, parents, odd].map(async (queue) => queue?.close()));
    }
  });

  it('counts each of BullMQ’s jobs once while workers move them', async () => {
    const { port } = new URL(server.url);
    const connection = { host: '127.0.0.1', port: Number(port), maxRetriesPerRequest: null };
    const queue = new Queue('busy', { connection });
    const total = 500;
    await queue.addBulk(
      Array.from({ length: total }, (_, index) => ({ name: 'x', data: {}, opts: { priority: index % 3 } })),
    );
    const registry = new Registry();
    createQueueMetrics({
      registry,
      queues: [bullmqQueues({ redis, names: ['busy'] })],
      ttlMs: 1,
      timeoutMs: 20_000,
    });
    const worker = new Worker('busy', async () => {}, { connection, concurrency: 4 });
    const seen = new Set<number>();
    let readings = 0;
    for (let left = total; left > 0; readings += 1) {
      const depth = await gauge(registry, 'queue_depth');
      seen.add(Object.values(depth).reduce((sum, each) => sum + each, 0));
      left = total - depth['bullmq/busy/completed']!;
    }
    await worker.close();
    await queue.close();
    expect(readings).toBeGreaterThan(5);
    expect([...seen]).toEqual([total]);
  });

  it('shows lists, with the oldest where an element says when it was sent', async () => {
    const element = (sentAt: number): string => JSON.stringify({ sentAt });
    await redis.lpush('jobs', element(100.5), element(200), element(300));
    await redis.rpush('jobs:dead', element(50), element(60));
    await redis.rpush('jobs:active', 'anything');
    await redis.rpush('opaque', 'not json', 'nor this');
    for (const [, client] of clients.map((each) => each())) {
      const registry = new Registry();
      createQueueMetrics({
        registry,
        timeoutMs: 20_000,
        queues: [
          listQueues({
            redis: client,
            lists: [
              {
                name: 'jobs',
                activeKey: 'jobs:active',
                deadLetterKey: 'jobs:dead',
                sentAt: (text) => (JSON.parse(text) as { sentAt: number }).sentAt,
              },
              {
                name: 'odd',
                key: 'opaque',
                sentAt: (text) => (JSON.parse(text) as { sentAt: number }).sentAt,
              },
              { name: 'empty' },
            ],
          }),
        ],
      });
      expect(await gauge(registry, 'queue_depth')).toEqual({
        'redis/jobs/ready': 3,
        'redis/jobs/active': 1,
        'redis/odd/ready': 2,
        'redis/empty/ready': 0,
      });
      expect(await gauge(registry, 'queue_oldest_ready_timestamp_seconds')).toEqual({ 'redis/jobs': 100.5 });
      expect(await gauge(registry, 'queue_dead_letter_depth')).toEqual({ 'redis/jobs': 2 });
      expect(await gauge(registry, 'queue_dead_letter_oldest_timestamp_seconds')).toEqual({
        'redis/jobs': 50,
      });
    }
  });

  it('reads a server that has no EVAL_RO, as before Redis 7', async () => {
    const sent: string[] = [];
    // What that server says of a command which it does not know is asked of this one.
    const old: RedisClient = {
      call(command, ...args) {
        sent.push(command);
        return redis.call(command === 'EVAL_RO' ? 'EVAL_UNKNOWN' : command, ...args);
      },
    };
    const registry = new Registry();
    const queues = [bullmqQueues({ redis: old, names: ['mail'] })];
    const metrics = createQueueMetrics({ registry, queues, ttlMs: 1, timeoutMs: 20_000 });
    expect(await metrics.read()).toMatchObject([
      { up: true, queues: [{ depth: { completed: expect.any(Number) } }] },
    ]);
    await sleep(5);
    await metrics.read();
    expect(sent).toEqual(['EVAL_RO', 'EVAL', 'EVAL']);
  });

  it('leaves every key as it was', async () => {
    const before = await redis.lastsave();
    const changes = async (): Promise<string | undefined> =>
      /rdb_changes_since_last_save:(\d+)/.exec(await redis.info('persistence'))?.[1];
    const counted = await changes();
    const registry = new Registry();
    createQueueMetrics({
      registry,
      queues: [
        bullmqQueues({ redis, names: ['mail', 'busy'] }),
        listQueues({ redis, lists: [{ name: 'jobs' }] }),
      ],
      timeoutMs: 20_000,
    });
    expect(await gauge(registry, 'queue_broker_up')).toEqual({ bullmq: 1, redis: 1 });
    expect([await redis.lastsave(), await changes()]).toEqual([before, counted]);
    await expect(redis.call('EVAL_RO', `return redis.call('SET', 'a', 'b')`, '0')).rejects.toThrow(
      'Write commands are not allowed',
    );
  });
});
