import { celeryQueues, createQueueMetrics } from '@promshard/queues';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { runPostgres } from '../support/test-servers.js';
import { hasTool } from '../support/tools.js';
import { type CeleryPeer, hasCelery, startCelery } from './celery-peer.js';
import { gauge } from './scrape.js';

const HOSTILE = `x"}\n' \\ $1`;

describe.skipIf(!hasTool('postgres') || !hasCelery())(
  'Celery on PostgreSQL (skipped where PostgreSQL or Celery is not installed)',
  () => {
    const server = runPostgres(3);
    let celery: CeleryPeer;

    beforeAll(async () => {
      celery = startCelery(server.url);
    });

    afterAll(() => celery?.end());

    async function count(where: string, queue: string): Promise<number> {
      const { rows } = await server.pool.query<{ n: number }>(
        `SELECT count(*)::int AS n FROM kombu_message m JOIN kombu_queue q ON q.id = m.queue_id WHERE q.name = $1 AND ${where}`,
        [queue],
      );
      return rows[0]!.n;
    }

    it('shows what is visible and what is not, after a worker has worked and another was lost', async () => {
      expect(await celery.ask('send', 'mail', 7)).toBe(7);
      expect(await celery.ask('send', HOSTILE, 2)).toBe(2);
      expect(await celery.ask('send', 'not-listed', 1)).toBe(1);
      expect(await celery.ask('work', 'mail', 3)).toBe(3);
      // Never acknowledged: put back as a new message when the connection ends, while the old one stays.
      expect(await celery.ask('take', 'mail', 1)).toBe(1);
      // Replies to it go to a queue with a name of its own, which is no queue of work.
      await celery.ask('ping');

      const registry = new Registry();
      const names = ['mail', HOSTILE, 'not-made-yet'];
      createQueueMetrics({
        registry,
        queues: [celeryQueues({ sql: server.pool, names })],
        timeoutMs: 20_000,
      });
      const depth = await gauge(registry, 'queue_depth');
      expect(depth).toEqual({
        'celery/mail/ready': await celery.ask('size', 'mail'),
        'celery/mail/invisible': await count('NOT visible', 'mail'),
        [`celery/${HOSTILE}/ready`]: 2,
        [`celery/${HOSTILE}/invisible`]: 0,
        'celery/not-made-yet/ready': 0,
        'celery/not-made-yet/invisible': 0,
      });
      expect([depth['celery/mail/ready'], depth['celery/mail/invisible']]).toEqual([4, 4]);
      expect(await gauge(registry, 'queue_unlisted_queues')).toEqual({ celery: 1 });
      const { rows } = await server.pool.query<{ name: string }>('SELECT name FROM kombu_queue');
      expect(rows.some(({ name }) => name.endsWith('.reply.celery.pidbox'))).toBe(true);
    });

    it('takes a message’s age from the reading that saw it first, since kombu writes none', async () => {
      const { rows: none } = await server.pool.query(
        'SELECT 1 FROM kombu_message WHERE visible AND "timestamp" IS NOT NULL',
      );
      expect(none).toEqual([]);

      const registry = new Registry();
      const queues = [celeryQueues({ sql: server.pool, names: ['slow'], deadLetterQueues: ['slow'] })];
      createQueueMetrics({ registry, queues, ttlMs: 1, timeoutMs: 20_000 });
      const clock = async (): Promise<number> =>
        (
          await server.pool.query<{ now: number }>(
            'SELECT extract(epoch FROM clock_timestamp())::float8 AS now',
          )
        ).rows[0]!.now;
      const oldest = async (): Promise<number | undefined> =>
        (await gauge(registry, 'queue_oldest_ready_timestamp_seconds'))['celery/slow'];

      expect(await oldest()).toBeUndefined();
      const beforeFirst = await clock();
      await celery.ask('send', 'slow', 1);
      const first = (await oldest())!;
      const afterFirst = await clock();
      expect(first).toBeGreaterThanOrEqual(beforeFirst);
      expect(first).toBeLessThanOrEqual(afterFirst);

      await celery.ask('send', 'slow', 1);
      await celery.ask('send', 'mail', 3);
      expect(await oldest()).toBe(first);
      const afterSecond = await clock();
      expect(await gauge(registry, 'queue_dead_letter_depth')).toEqual({ 'celery/slow': 2 });
      expect(await gauge(registry, 'queue_dead_letter_oldest_timestamp_seconds')).toEqual({
        'celery/slow': first,
      });

      // The next one counts from when it was seen first, behind another.
      expect(await celery.ask('finish', 'slow', 1)).toBe(1);
      const second = (await oldest())!;
      expect(second).toBeGreaterThanOrEqual(afterFirst);
      expect(second).toBeLessThanOrEqual(afterSecond);
      await celery.ask('purge', 'slow');
      expect(await oldest()).toBeUndefined();
    });

    it('takes it from a header where the application sets one', async () => {
      const readers = [
        celeryQueues({
          sql: server.pool,
          names: ['stamped', 'text', 'plain', 'broken'],
          sentAtHeader: 'sent_at',
        }),
      ];
      await celery.ask('send', 'stamped', 2, 1_700_000_000.25);
      await celery.ask('send', 'text', 1, '2026-01-02T03:04:05.5Z');
      await celery.ask('send', 'plain', 1);
      await celery.ask('send', 'broken', 1, 'yesterday');
      await celery.ask('send', 'not-json', 1);
      await server.pool.query(
        `UPDATE kombu_message SET payload = '{{' WHERE id = (SELECT max(id) FROM kombu_message)`,
      );
      const registry = new Registry();
      createQueueMetrics({ registry, queues: readers, timeoutMs: 20_000 });
      const now = Date.now() / 1000;
      const oldest = await gauge(registry, 'queue_oldest_ready_timestamp_seconds');
      expect(oldest).toMatchObject({
        'celery/stamped': 1_700_000_000.25,
        'celery/text': Date.parse('2026-01-02T03:04:05.5Z') / 1000,
      });
      // First seen now.
      expect(Math.abs(oldest['celery/plain']! - now)).toBeLessThan(60);
      expect(Math.abs(oldest['celery/broken']! - now)).toBeLessThan(60);
    });
  },
);
