import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { Registry } from 'prom-client';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { bullmqDeadLetters, deadLetters, listDeadLetters } from '@promshard/queues/dead-letters';

import { runRedis } from '../support/test-servers.js';
import { hasTool } from '../support/tools.js';
import { celeryMessage, readCeleryMessage } from './celery-message.js';
import { replayUntilThrown, THROWN } from './replay-until-thrown.js';
import { changeAndDie, endOf, runBin, runBinForJson, startBin } from './run-program.js';

describe.skipIf(!hasTool('redis'))('Redis (skipped where Redis is not installed)', () => {
  const server = runRedis();
  let redis: Redis;

  beforeAll(async () => {
    redis = new Redis(server.url, { maxRetriesPerRequest: null });
    redis.on('error', () => {});
  });

  afterAll(() => redis.disconnect());

  describe('BullMQ', () => {
    let names = 0;
    const closing: { close(): Promise<void> }[] = [];

    afterEach(async () => {
      await Promise.all(closing.splice(0).map((each) => each.close()));
    });

    function makeQueue(): Queue {
      names += 1;
      const queue = new Queue(`work-${names}`, { connection: redis });
      closing.push(queue);
      return queue;
    }

    /** A queue whose jobs have failed for good, by a real worker. */
    async function failJobs(count: number): Promise<Queue> {
      const queue = makeQueue();
      for (let number = 0; number < count; number += 1)
        await queue.add(
          number % 2 === 0 ? 'send' : 'sort',
          { number, to: 'alice@example.com' },
          { attempts: 1 },
        );
      await failAll(queue, count);
      return queue;
    }

    async function failAll(queue: Queue, count: number): Promise<void> {
      const worker = new Worker(
        queue.name,
        async () => {
          throw new TypeError('alice@example.com bounced');
        },
        { connection: redis, concurrency: 10 },
      );
      await expect.poll(() => queue.getFailedCount(), { timeout: 20_000 }).toBe(count);
      await worker.close();
    }

    /** Lets a real worker complete so many jobs; the numbers that it got, once nothing is left. */
    async function completeAll(queue: Queue, count: number): Promise<number[]> {
      const numbers: number[] = [];
      const worker = new Worker(
        queue.name,
        async ({ data }) => void numbers.push((data as { number: number }).number),
        {
          connection: redis,
          concurrency: 10,
        },
      );
      await expect
        .poll(async () => (numbers.length < count ? 'working' : queue.getJobCounts('wait', 'active')), {
          timeout: 20_000,
        })
        .toEqual({ wait: 0, active: 0 });
      await worker.close();
      return numbers.toSorted((a, b) => a - b);
    }

    const letters = (queue: Queue, registry = new Registry()) =>
      deadLetters(bullmqDeadLetters({ queues: [queue] }), { registry });

    test('lists failed jobs by task, the oldest first, without payload', async () => {
      const queue = await failJobs(3);
      const listing = await letters(queue).list();
      expect(listing.letters.map(({ task }) => task)).toEqual(['send', 'sort', 'send']);
      expect(listing.letters[0]).toEqual({
        id: expect.any(String),
        queue: queue.name,
        task: 'send',
        failedAt: expect.any(Date),
        attempts: 1,
        errorName: 'TypeError',
      });
      expect((await letters(queue).list({ task: 'sort', payloads: true })).letters).toMatchObject([
        { payload: { number: 1, to: 'alice@example.com' }, error: 'alice@example.com bounced' },
      ]);
      expect(await letters(queue).list({ limit: 2 })).toMatchObject({ more: true, letters: [{}, {}] });
    });

    test('replays one and many with all attempts, drops one, and the worker completes what was replayed', async () => {
      const queue = await failJobs(5);
      const registry = new Registry();
      const dead = letters(queue, registry);
      const [first, second] = (await dead.list()).letters;
      expect(await dead.replay({ ids: [first?.id ?? ''] })).toMatchObject({ total: { done: 1 } });
      expect(await queue.getJob(first?.id ?? '')).toMatchObject({ attemptsMade: 0 });
      expect(await dead.drop({ ids: [second?.id ?? '', 'unknown'] })).toMatchObject({
        total: { done: 1 },
        missing: ['unknown'],
      });
      const began = performance.now();
      expect(await dead.replay({}, { ratePerSecond: 20 })).toMatchObject({ total: { found: 3, done: 3 } });
      expect(performance.now() - began).toBeGreaterThan(95);
      const numbers = await completeAll(queue, 4);
      expect(numbers).toHaveLength(4);
      expect(await queue.getJobCounts('failed', 'completed', 'wait')).toEqual({
        failed: 0,
        completed: 4,
        wait: 0,
      });
      expect(await queue.getJob(second?.id ?? '')).toBeUndefined();
      const exposed = await registry.metrics();
      expect(exposed).toContain(`queue_dead_letters_replayed_total{broker="bullmq",queue="${queue.name}"} 4`);
      expect(exposed).toContain(`queue_dead_letters_dropped_total{broker="bullmq",queue="${queue.name}"} 1`);
    });

    test('does not replay again, in the same run, what fails again', async () => {
      const queue = await failJobs(2);
      const worker = new Worker(queue.name, () => Promise.reject(new Error('again')), { connection: redis });
      closing.push(worker);
      expect(await letters(queue).replay({}, { ratePerSecond: 5 })).toMatchObject({
        total: { found: 2, done: 2 },
      });
      await expect.poll(() => queue.getFailedCount()).toBe(2);
    });

    test('does not drop what somebody has put back to work meanwhile', async () => {
      const queue = await failJobs(2);
      const [first, second] = (await letters(queue).list()).letters;
      const replaying = letters(queue);
      const report = await letters(queue).drop(
        {},
        {
          ratePerSecond: 5,
          onOutcome: ({ id }) =>
            void replaying.replay({ ids: [(id === first?.id ? second?.id : first?.id) ?? ''] }),
        },
      );
      expect(report).toMatchObject({ total: { found: 2, done: 1, gone: 1 } });
      expect(await completeAll(queue, 1)).toHaveLength(1);
    });

    test('lets two operators replay the same letters at once, each letter once', async () => {
      const queue = await failJobs(30);
      const [one, other] = await Promise.all([letters(queue).replay({}), letters(queue).replay({})]);
      expect(one.total.done + other.total.done).toBe(30);
      expect([one.ended, other.ended]).toEqual(['complete', 'complete']);
      expect(await completeAll(queue, 30)).toEqual(Array.from({ length: 30 }, (_, number) => number));
    });

    test('has either put it back or not when it is killed while the script is on its way', async () => {
      for (const step of [1, 1.5]) {
        const queue = await failJobs(1);
        expect(await changeAndDie('bullmq', server.url, 'replay', queue.name, '', step)).toMatchObject({
          signal: 'SIGKILL',
        });
        await letters(queue).replay({});
        expect(await completeAll(queue, 1)).toEqual([0]);
        expect(await queue.getFailedCount()).toBe(0);
      }
    });

    async function makeDeadLetterQueue(count: number): Promise<{ dead: Queue; work: Queue }> {
      const [dead, work] = [makeQueue(), makeQueue()];
      for (let number = 0; number < count; number += 1) await dead.add('send', { number });
      return { dead, work };
    }

    test('moves jobs from a dead-letter queue, restored as the application wants, and drops them there', async () => {
      const { dead, work } = await makeDeadLetterQueue(3);
      const moving = deadLetters(
        bullmqDeadLetters({
          deadLetterQueues: [
            {
              queue: dead,
              to: work,
              restore: ({ name, data }) => ({ name, data: { ...(data as object), again: true } }),
            },
          ],
        }),
        { registry: new Registry() },
      );
      const [first] = (await moving.list()).letters;
      expect(await moving.drop({ ids: [first?.id ?? ''] })).toMatchObject({ total: { done: 1 } });
      expect(await moving.replay({})).toMatchObject({ total: { done: 2 } });
      expect((await work.getJobs(['waiting'])).map(({ data }) => data as unknown)).toEqual(
        expect.arrayContaining([
          { number: 1, again: true },
          { number: 2, again: true },
        ]),
      );
      expect(await completeAll(work, 2)).toEqual([1, 2]);
      expect(await dead.getJobCounts('wait')).toEqual({ wait: 0 });
    });

    test('replays another letter that has the id of one replayed before, which BullMQ still keeps', async () => {
      const { dead, work } = await makeDeadLetterQueue(0);
      const moving = deadLetters(bullmqDeadLetters({ deadLetterQueues: [{ queue: dead, to: work }] }), {
        registry: new Registry(),
      });
      for (const number of [1, 2]) {
        await dead.add('send', { number }, { jobId: 'order-42' });
        expect(await moving.replay({})).toMatchObject({ total: { done: 1 } });
        expect(await work.getJobCounts('wait')).toEqual({ wait: 1 });
        expect(await completeAll(work, 1)).toEqual([number]);
      }
    });

    test('loses nothing from a dead-letter queue when it is killed at any step, and adds it once while BullMQ knows it', async () => {
      // The add, its answer on the way, the removal, its answer on the way.
      for (const step of [1, 1.5, 2, 2.5]) {
        const { dead, work } = await makeDeadLetterQueue(1);
        const { signal } = await changeAndDie('bullmq', server.url, 'replay', dead.name, work.name, step);
        expect(signal).toBe('SIGKILL');
        const waiting = async (queue: Queue) => (await queue.getJobCounts('wait'))['wait'] ?? 0;
        expect((await waiting(dead)) + (await waiting(work))).toBeGreaterThan(0);
        await deadLetters(bullmqDeadLetters({ deadLetterQueues: [{ queue: dead, to: work }] }), {
          registry: new Registry(),
        }).replay({});
        expect(await completeAll(work, 1)).toEqual([0]);
        expect(await waiting(dead)).toBe(0);
      }
    });

    test('loses nothing where onOutcome or restore throws: what was told of is moved, the rest lies where it lay', async () => {
      const { dead, work } = await makeDeadLetterQueue(5);
      let restored = 0;
      const moving = deadLetters(
        bullmqDeadLetters({
          deadLetterQueues: [
            {
              queue: dead,
              to: work,
              restore: (job) => {
                restored += 1;
                if (restored === 4) throw THROWN;
                return job;
              },
            },
          ],
        }),
        { registry: new Registry() },
      );
      const { told, replaying } = replayUntilThrown(moving, {});
      await expect(replaying).rejects.toBe(THROWN);
      expect(told).toEqual(['done', 'done']);
      expect([await dead.getJobCounts('wait'), await work.getJobCounts('wait')]).toEqual([
        { wait: 3 },
        { wait: 2 },
      ]);
      // Before it is added anywhere.
      expect(await moving.replay({})).toMatchObject({
        ended: 'failed',
        total: { found: 3, done: 1 },
        failure: { at: { queue: dead.name }, error: THROWN },
      });
      expect(await moving.replay({})).toMatchObject({ ended: 'complete', total: { found: 2, done: 2 } });
      expect(await completeAll(work, 5)).toEqual([0, 1, 2, 3, 4]);
      expect(await dead.getJobCounts('wait')).toEqual({ wait: 0 });
    });

    test('is listed, replayed and dropped by the bin, which leaves the queue’s settings as they are', async () => {
      const queue = await failJobs(5);
      const of = (command: string) => [command, '--broker', 'bullmq', '--queue', queue.name];
      const env = { REDIS_URL: server.url };
      const meta = await redis.hgetall(`bull:${queue.name}:meta`);
      const listed = await runBin(of('list'), env);
      expect(listed).toMatchObject({ code: 0, stderr: '', stdout: expect.not.stringContaining('alice') });
      expect(await redis.hgetall(`bull:${queue.name}:meta`)).toEqual(meta);
      const [first] = (await letters(queue).list()).letters;
      expect(await runBinForJson([...of('replay'), '--id', first?.id ?? ''], env)).toMatchObject({
        total: { done: 1 },
      });
      const child = startBin([...of('replay'), '--rate', '2'], env);
      child.stdout?.once('data', () => child.kill('SIGINT'));
      const { code, stdout } = await endOf(child);
      expect(code).toBe(0);
      const done = Number(/^stopped: (\d) of 4 dead letters replayed/m.exec(stdout)?.[1]);
      expect(await runBinForJson([...of('drop'), '--yes'], env)).toMatchObject({ total: { done: 4 - done } });
      expect(await completeAll(queue, 1 + done)).toHaveLength(1 + done);
      expect(await queue.getFailedCount()).toBe(0);
    });

    test('is moved from a dead-letter queue by the bin', async () => {
      const { dead, work } = await makeDeadLetterQueue(2);
      const of = (command: string) => [
        command,
        '--broker',
        'bullmq',
        '--queue',
        dead.name,
        '--to',
        work.name,
      ];
      expect(await runBinForJson(of('list'), { REDIS_URL: server.url })).toMatchObject({ letters: [{}, {}] });
      expect(await runBinForJson(of('replay'), { REDIS_URL: server.url })).toMatchObject({
        total: { done: 2 },
      });
      expect(await completeAll(work, 2)).toEqual([0, 1]);
    });
  });

  describe('lists', () => {
    let lists = 0;

    async function failTasks(count: number): Promise<{ work: string; dead: string }> {
      lists += 1;
      const work = `celery-${lists}`;
      const dead = `${work}-dead`;
      for (let number = 0; number < count; number += 1)
        await redis.lpush(dead, celeryMessage('mail.send', number, dead));
      return { work, dead };
    }

    const letters = (dead: string, registry = new Registry()) =>
      deadLetters(listDeadLetters({ redis, names: [dead], format: 'celery' }), { registry });

    /** Takes what a worker would: the right end, as Celery's BRPOP does. */
    async function takeAll(list: string) {
      const taken = [];
      for (let each = await redis.rpop(list); each !== null; each = await redis.rpop(list))
        taken.push(readCeleryMessage(each));
      return taken;
    }

    test('lists Celery’s messages, the oldest first, over several pages', async () => {
      const { dead } = await failTasks(250);
      const listing = await letters(dead).list({ limit: 240, payloads: true });
      expect(listing.letters.map(({ payload }) => (payload as [[number]])[0][0])).toEqual(
        Array.from({ length: 240 }, (_, number) => number),
      );
      expect(listing).toMatchObject({
        more: true,
        letters: expect.arrayContaining([expect.objectContaining({ task: 'mail.send' })]),
      });
      expect(JSON.stringify(await letters(dead).list())).not.toContain('alice');
    });

    test('moves a message to its work list as one of it, in order, and drops', async () => {
      const { work, dead } = await failTasks(4);
      const [, second] = (await letters(dead).list()).letters;
      expect(await letters(dead).drop({ ids: [second?.id ?? ''] })).toMatchObject({ total: { done: 1 } });
      expect(await letters(dead).replay({})).toMatchObject({ total: { refused: 3 } });
      expect(await letters(dead).replay({}, { to: work })).toMatchObject({ total: { done: 3 } });
      expect(await takeAll(work)).toEqual([0, 2, 3].map((number) => ({ number, routingKey: work })));
      expect(await redis.llen(dead)).toBe(0);
    });

    test('takes equal elements of a plain list for as many letters', async () => {
      await redis.rpush('plain-dead', 'same', 'same', 'other');
      const plain = deadLetters(listDeadLetters({ redis, names: ['plain-dead'], newestAt: 'right' }), {
        registry: new Registry(),
      });
      expect(await plain.replay({}, { to: 'plain-work' })).toMatchObject({ total: { found: 3, done: 3 } });
      expect(await redis.lrange('plain-work', 0, -1)).toEqual(['same', 'same', 'other']);
      await expect(plain.list({ task: 'x' })).rejects.toMatchObject({ code: 'SELECTION_UNSUPPORTED' });
    });

    test('leaves an element where it is when what it would go to is no list', async () => {
      for (const newestAt of ['left', 'right'] as const) {
        const dead = `stuck-dead-${newestAt}`;
        await redis.rpush(dead, 'first', 'second');
        await redis.hset('no-list', 'field', 'value');
        const stuck = deadLetters(listDeadLetters({ redis, names: [dead], newestAt }), {
          registry: new Registry(),
        });
        expect(await stuck.replay({}, { to: 'no-list' })).toMatchObject({
          ended: 'failed',
          total: { found: 2, done: 0 },
        });
        expect(await redis.lrange(dead, 0, -1)).toEqual(['first', 'second']);
      }
    });

    test('adds nothing for an element that is gone, also where its like lies in the other list', async () => {
      for (const newestAt of ['left', 'right'] as const) {
        const dead = `taken-dead-${newestAt}`;
        const work = `taken-work-${newestAt}`;
        await redis.rpush(dead, 'same', 'other');
        await redis.rpush(work, 'same', 'between', 'same');
        const broker = listDeadLetters({ redis, names: [dead], newestAt });
        const found = await broker.find({
          queue: undefined,
          task: undefined,
          ids: undefined,
          limit: 2,
          payloads: false,
        });
        await redis.lrem(dead, 1, 'same');
        for (const each of found) await broker.replay(each, work);
        const list = ['same', 'between', 'same'];
        expect(await redis.lrange(work, 0, -1)).toEqual(
          newestAt === 'left' ? ['other', ...list] : [...list, 'other'],
        );
      }
    });

    test('loses nothing where onOutcome throws: what was told of is moved, the rest lies where it lay', async () => {
      const { work, dead } = await failTasks(5);
      const { told, replaying } = replayUntilThrown(letters(dead), {}, { to: work });
      await expect(replaying).rejects.toBe(THROWN);
      expect(told).toEqual(['done', 'done']);
      expect([await redis.llen(dead), await redis.llen(work)]).toEqual([3, 2]);
      expect(await letters(dead).replay({}, { to: work })).toMatchObject({ total: { found: 3, done: 3 } });
      expect((await takeAll(work)).map(({ number }) => number)).toEqual([0, 1, 2, 3, 4]);
    });

    test('lets two operators replay the same list at once, each message once', async () => {
      const { work, dead } = await failTasks(40);
      const [one, other] = await Promise.all([
        letters(dead).replay({}, { to: work }),
        letters(dead).replay({}, { to: work }),
      ]);
      expect(one.total.done + other.total.done).toBe(40);
      expect((await takeAll(work)).map(({ number }) => number).toSorted((a, b) => a - b)).toEqual(
        Array.from({ length: 40 }, (_, number) => number),
      );
    });

    test('has either moved it or not when it is killed while the script is on its way', async () => {
      for (const step of [2, 2.5]) {
        const { work, dead } = await failTasks(1);
        expect(await changeAndDie('redis', server.url, 'replay', dead, work, step)).toMatchObject({
          signal: 'SIGKILL',
        });
        await letters(dead).replay({}, { to: work });
        expect((await takeAll(work)).map(({ number }) => number)).toEqual([0]);
        expect(await redis.llen(dead)).toBe(0);
      }
    });

    test('is listed, replayed and dropped by the bin', async () => {
      const { work, dead } = await failTasks(3);
      const of = (command: string) => [command, '--broker', 'redis', '--queue', dead, '--format', 'celery'];
      const env = { REDIS_URL: server.url };
      expect(await runBinForJson(of('list'), env)).toMatchObject({
        letters: [{ task: 'mail.send' }, {}, {}],
      });
      expect(await runBin(of('replay'), env)).toMatchObject({ code: 64 });
      expect(await runBinForJson([...of('replay'), '--to', work, '--limit', '2'], env)).toMatchObject({
        total: { done: 2 },
      });
      expect(await runBinForJson([...of('drop'), '--yes'], env)).toMatchObject({ total: { done: 1 } });
      expect(await takeAll(work)).toHaveLength(2);
    });
  });

  test('reports what was done when the broker goes away in the middle', async () => {
    await redis.lpush('leaving-dead', 'a', 'b', 'c', 'd');
    const client = new Redis(server.url, { maxRetriesPerRequest: 0, retryStrategy: () => null });
    client.on('error', () => {});
    const leaving = deadLetters(listDeadLetters({ redis: client, names: ['leaving-dead'] }), {
      registry: new Registry(),
    });
    let told = 0;
    const report = await leaving.replay(
      {},
      {
        to: 'leaving-work',
        ratePerSecond: 5,
        onOutcome: () => {
          told += 1;
          if (told === 2) client.disconnect();
        },
      },
    );
    expect(report).toMatchObject({
      ended: 'failed',
      total: { found: 4, done: 2 },
      failure: { at: { queue: 'leaving-dead' } },
    });
    expect(await redis.llen('leaving-dead')).toBe(2);
  });
});
