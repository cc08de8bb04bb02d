import { Registry } from 'prom-client';
import { beforeAll, describe, expect, test } from 'vitest';

import { deadLetters, celeryDeadLetters } from '@promshard/queues/dead-letters';

import { runPostgres } from '../support/test-servers.js';
import { hasTool } from '../support/tools.js';
import { celeryMessage, readCeleryMessage } from './celery-message.js';
import { replayUntilThrown, THROWN } from './replay-until-thrown.js';
import { changeAndDie, runBinForJson } from './run-program.js';

describe.skipIf(!hasTool('postgres'))(
  'Celery’s SQL tables (skipped where PostgreSQL is not installed)',
  () => {
    const server = runPostgres();

    beforeAll(async () => {
      // As SQLAlchemy makes them from kombu's models.
      await server.pool.query(`
      CREATE SEQUENCE queue_id_sequence;
      CREATE SEQUENCE message_id_sequence;
      CREATE TABLE kombu_queue (id integer PRIMARY KEY DEFAULT nextval('queue_id_sequence'), name varchar(200) UNIQUE);
      CREATE TABLE kombu_message (
        id integer PRIMARY KEY DEFAULT nextval('message_id_sequence'), visible boolean, "timestamp" timestamp,
        payload text NOT NULL, version smallint NOT NULL DEFAULT 1,
        queue_id integer CONSTRAINT "FK_kombu_message_queue" REFERENCES kombu_queue (id));
      CREATE INDEX ix_kombu_message_visible ON kombu_message (visible);
      CREATE INDEX ix_kombu_message_timestamp ON kombu_message ("timestamp");`);
    });

    let queues = 0;

    /** A work queue, and a dead-letter queue with messages in it. */
    async function failTasks(count: number) {
      queues += 1;
      const work = `work-${queues}`;
      const dead = `${work}-dead`;
      await server.pool.query('INSERT INTO kombu_queue (name) VALUES ($1), ($2)', [work, dead]);
      for (let number = 0; number < count; number += 1)
        await server.pool.query(
          `INSERT INTO kombu_message (visible, payload, queue_id) SELECT true, $1, id FROM kombu_queue WHERE name = $2`,
          [celeryMessage(number % 2 === 0 ? 'mail.send' : 'mail.sort', number, dead), dead],
        );
      return { work, dead };
    }

    /** Takes a message as kombu's `_get` does: locked, the oldest first, made invisible with its time and version. */
    async function take(queue: string): Promise<{ number: number; routingKey: string } | undefined> {
      const client = await server.pool.connect();
      try {
        await client.query('BEGIN');
        const { rows } = await client.query<{ id: number; payload: string; version: number }>(
          `SELECT message.id, payload, version FROM kombu_message AS message
        WHERE queue_id = (SELECT id FROM kombu_queue WHERE name = $1) AND visible IS DISTINCT FROM false
        ORDER BY "timestamp", message.id LIMIT 1 FOR UPDATE`,
          [queue],
        );
        const [row] = rows;
        if (row === undefined) return undefined;
        await client.query(
          `UPDATE kombu_message SET visible = false, "timestamp" = now(), version = version + 1 WHERE id = $1 AND version = $2`,
          [row.id, row.version],
        );
        return readCeleryMessage(row.payload);
      } finally {
        await client.query('COMMIT');
        client.release();
      }
    }

    async function takeAll(queue: string) {
      const taken = [];
      for (let each = await take(queue); each !== undefined; each = await take(queue)) taken.push(each);
      return taken;
    }

    const visible = async (queue: string) =>
      (
        await server.pool.query<{ count: number }>(
          `SELECT count(*)::int AS count FROM kombu_message JOIN kombu_queue AS queue ON queue.id = queue_id
        WHERE name = $1 AND visible`,
          [queue],
        )
      ).rows[0]?.count;

    const letters = (dead: string, registry = new Registry()) =>
      deadLetters(celeryDeadLetters({ sql: server.pool, names: [dead] }), { registry });

    test('lists visible messages with their tasks, and no payload unless it is asked for', async () => {
      const { dead } = await failTasks(3);
      await take(dead);
      const { letters: listed } = await letters(dead).list();
      expect(listed.map(({ queue, task }) => ({ queue, task }))).toEqual([
        { queue: dead, task: 'mail.sort' },
        { queue: dead, task: 'mail.send' },
      ]);
      expect(JSON.stringify(listed)).not.toContain('alice');
      expect((await letters(dead).list({ task: 'mail.sort', payloads: true })).letters).toMatchObject([
        { payload: [[1, 'alice@example.com'], {}, {}] },
      ]);
    });

    test('moves messages to the work queue as its own, where a worker takes them', async () => {
      const { work, dead } = await failTasks(5);
      const [first] = (await letters(dead).list()).letters;
      expect(await letters(dead).replay({ ids: [first?.id ?? ''] }, { to: work })).toMatchObject({
        total: { done: 1 },
      });
      expect(await takeAll(work)).toEqual([{ number: 0, routingKey: work }]);
      expect(
        await letters(dead).replay({ task: 'mail.sort' }, { to: work, ratePerSecond: 100 }),
      ).toMatchObject({
        total: { found: 2, done: 2 },
      });
      expect(await takeAll(work)).toEqual([
        { number: 1, routingKey: work },
        { number: 3, routingKey: work },
      ]);
      expect(await letters(dead).drop({})).toMatchObject({ total: { done: 2 } });
      expect(await visible(dead)).toBe(0);
    });

    test('loses nothing where onOutcome throws: what was told of is moved, the rest lies where it lay', async () => {
      const { work, dead } = await failTasks(5);
      const { told, replaying } = replayUntilThrown(letters(dead), {}, { to: work });
      await expect(replaying).rejects.toBe(THROWN);
      expect(told).toEqual(['done', 'done']);
      expect([await visible(dead), await visible(work)]).toEqual([3, 2]);
      expect(await letters(dead).replay({}, { to: work })).toMatchObject({ total: { found: 3, done: 3 } });
      expect((await takeAll(work)).map(({ number }) => number)).toEqual([0, 1, 2, 3, 4]);
    });

    test('says where it has to be told more, and leaves the letter', async () => {
      const { dead } = await failTasks(1);
      expect(await letters(dead).replay({})).toMatchObject({ total: { refused: 1 } });
      expect(await letters(dead).replay({}, { to: 'nobody-declared-it' })).toMatchObject({
        refusals: [{ reason: 'there is no queue of that name: no worker has ever declared it' }],
      });
      expect(await visible(dead)).toBe(1);
    });

    test('lets two operators and a consumer of the dead letters at the same messages, each message once', async () => {
      const { work, dead } = await failTasks(30);
      const [one, other, taken] = await Promise.all([
        letters(dead).replay({}, { to: work }),
        letters(dead).replay({}, { to: work }),
        takeAll(dead),
      ]);
      const moved = await takeAll(work);
      expect(one.total.done + other.total.done).toBe(moved.length);
      expect([...moved, ...taken].map(({ number }) => number).toSorted((a, b) => a - b)).toEqual(
        Array.from({ length: 30 }, (_, number) => number),
      );
    });

    test('has either moved it or not when it is killed while the statement is on its way', async () => {
      for (const step of [2, 2.5]) {
        const { work, dead } = await failTasks(1);
        expect(await changeAndDie('celery', server.url, 'replay', dead, work, step)).toMatchObject({
          signal: 'SIGKILL',
        });
        await letters(dead).replay({}, { to: work });
        expect(await takeAll(work)).toEqual([{ number: 0, routingKey: work }]);
        expect(await visible(dead)).toBe(0);
      }
    });

    test('is listed, replayed and dropped by the bin', async () => {
      const { work, dead } = await failTasks(3);
      const of = (command: string) => [command, '--broker', 'celery', '--queue', dead];
      const env = { DATABASE_URL: server.url };
      expect(await runBinForJson(of('list'), env)).toMatchObject({
        letters: [{}, {}, {}],
        payloadsShown: false,
      });
      expect(await runBinForJson([...of('replay'), '--to', work, '--limit', '2'], env)).toMatchObject({
        total: { done: 2 },
      });
      expect(await runBinForJson([...of('drop'), '--yes'], env)).toMatchObject({ total: { done: 1 } });
      expect(await takeAll(work)).toHaveLength(2);
      expect(await visible(dead)).toBe(0);
    });
  },
);
