import { randomUUID } from 'node:crypto';

import PgBoss from 'pg-boss';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { deadLetters, pgBossDeadLetters } from '@promshard/queues/dead-letters';

import { runPostgres } from '../support/test-servers.js';
import { hasTool } from '../support/tools.js';
import { replayUntilThrown, THROWN } from './replay-until-thrown.js';
import { changeAndDie, endOf, runBin, runBinForJson, startBin } from './run-program.js';

describe.skipIf(!hasTool('postgres'))('pg-boss (skipped where PostgreSQL is not installed)', () => {
  const server = runPostgres();
  let boss: PgBoss;

  beforeAll(async () => {
    boss = new PgBoss({ connectionString: server.url, supervise: false, schedule: false });
    boss.on('error', () => {});
    await boss.start();
  });

  afterAll(() => boss.stop({ graceful: false }));

  let queues = 0;

  /** A work queue of its own, with or without a dead-letter queue. */
  async function makeQueue(options: { deadLetter?: boolean | string; policy?: 'short' } = {}) {
    queues += 1;
    const work = `work-${queues}`;
    const dead = typeof options.deadLetter === 'string' ? options.deadLetter : `${work}-dead`;
    if (options.deadLetter === true) await boss.createQueue(dead);
    await boss.createQueue(work, {
      name: work,
      policy: options.policy ?? 'standard',
      retryLimit: 0,
      ...(options.deadLetter !== undefined && { deadLetter: dead }),
    });
    return { work, dead };
  }

  /** Sends jobs and lets every one of them fail for good. */
  async function failJobs(queue: string, count: number, options: PgBoss.SendOptions = {}): Promise<string[]> {
    const ids = [];
    for (let number = 0; number < count; number += 1)
      ids.push((await boss.send(queue, { number, to: 'alice@example.com' }, options)) ?? '');
    const jobs = await boss.fetch(queue, { batchSize: count });
    expect(jobs).toHaveLength(count);
    for (const { id } of jobs) await boss.fail(queue, id, new TypeError('alice@example.com bounced'));
    return ids;
  }

  /** Lets a worker of pg-boss take whatever is ready, until nothing is. */
  async function completeAll(queue: string): Promise<number[]> {
    const numbers: number[] = [];
    for (;;) {
      const jobs = await boss.fetch<{ number: number }>(queue, { batchSize: 100 });
      if (jobs.length === 0) return numbers.toSorted((a, b) => a - b);
      await boss.complete(
        queue,
        jobs.map(({ id }) => id),
      );
      numbers.push(...jobs.map(({ data }) => data.number));
    }
  }

  /** Jobs by state, as the broker's own table has them. */
  async function states(queue: string): Promise<Record<string, number>> {
    const { rows } = await server.pool.query<{ state: string; count: number }>(
      'SELECT state::text, count(*)::int AS count FROM pgboss.job WHERE name = $1 GROUP BY state',
      [queue],
    );
    return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
  }

  function letters(registry = new Registry()) {
    return deadLetters(pgBossDeadLetters({ boss, pool: server.pool }), { registry });
  }

  test('lists the copies in dead-letter queues and failed jobs without one, each once and without payload', async () => {
    const { work, dead } = await makeQueue({ deadLetter: true });
    const { work: alone } = await makeQueue();
    await failJobs(work, 2);
    const [failed] = await failJobs(alone, 1);

    const copies = await letters().list({ queue: dead });
    expect(copies).toMatchObject({ more: false, payloadsShown: false });
    expect(copies.letters.map(({ queue, errorName }) => ({ queue, errorName }))).toEqual([
      { queue: dead, errorName: 'TypeError' },
      { queue: dead, errorName: 'TypeError' },
    ]);
    expect((await letters().list({ queue: work })).letters).toEqual([]);
    expect((await letters().list({ queue: alone })).letters).toEqual([
      { id: failed, queue: alone, failedAt: expect.any(Date), attempts: 1, errorName: 'TypeError' },
    ]);
    expect(JSON.stringify(await letters().list())).not.toContain('alice');
    const [shown] = (await letters().list({ queue: alone, payloads: true })).letters;
    expect(shown).toMatchObject({
      payload: { number: 0, to: 'alice@example.com' },
      error: 'alice@example.com bounced',
    });
  });

  test('says what a dry run would do, and changes nothing', async () => {
    const { work, dead } = await makeQueue({ deadLetter: true });
    await failJobs(work, 3);
    const report = await letters().replay({ queue: dead, limit: 2 }, { dryRun: true });
    expect(report).toMatchObject({ dryRun: true, more: true, total: { found: 2, done: 0 } });
    expect(await letters().drop({ queue: dead }, { dryRun: true })).toMatchObject({
      total: { found: 3, done: 0 },
    });
    expect(await states(dead)).toEqual({ created: 3 });
    expect(await states(work)).toEqual({ failed: 3 });
  });

  test('replays one from the dead-letter queue, and the worker completes it', async () => {
    const { work, dead } = await makeQueue({ deadLetter: true });
    await failJobs(work, 3);
    const [, second] = (await letters().list({ queue: dead, payloads: true })).letters;
    const report = await letters().replay({ ids: [second?.id ?? ''] });
    expect(report).toMatchObject({ ended: 'complete', total: { found: 1, done: 1, gone: 0, refused: 0 } });
    expect(await completeAll(work)).toEqual([(second as { payload: { number: number } }).payload.number]);
    expect(await states(dead)).toEqual({ created: 2 });
    expect(await states(work)).toEqual({ failed: 3, completed: 1 });
  });

  test('replays failed jobs without a dead-letter queue, under their ids', async () => {
    const { work } = await makeQueue();
    const ids = await failJobs(work, 2);
    expect(await letters().replay({ queue: work })).toMatchObject({ total: { done: 2 } });
    expect(await completeAll(work)).toEqual([0, 1]);
    expect(await states(work)).toEqual({ completed: 2 });
    for (const id of ids) expect(await boss.getJobById(work, id)).toMatchObject({ state: 'completed' });
  });

  test('keeps a job that failed long ago from being archived untried, as pg-boss’s retry alone would let it be', async () => {
    const { work } = await makeQueue();
    const [withRetryAlone = '', replayed = ''] = await failJobs(work, 2);
    await server.pool.query(
      `UPDATE pgboss.job SET completed_on = now() - interval '20 days', keep_until = now() - interval '6 days',
        created_on = now() - interval '20 days' WHERE name = $1`,
      [work],
    );
    await boss.retry(work, withRetryAlone);
    expect(await letters().replay({ ids: [replayed] })).toMatchObject({ total: { done: 1 } });
    await boss.maintain();
    expect(await boss.getJobById(work, withRetryAlone)).toBeNull();
    expect(await boss.getJobById(work, replayed)).toMatchObject({ state: 'retry' });
    expect(await completeAll(work)).toEqual([1]);
  });

  test('replays many no faster than the rate', async () => {
    const { work, dead } = await makeQueue({ deadLetter: true });
    await failJobs(work, 6);
    const began = performance.now();
    const report = await letters().replay({ queue: dead }, { ratePerSecond: 20 });
    expect(report).toMatchObject({ total: { done: 6 } });
    // Five gaps of 50 ms; a timer may fire a millisecond early.
    expect(performance.now() - began).toBeGreaterThan(240);
    expect(await completeAll(work)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('stops between two letters when the signal fires', async () => {
    const { work, dead } = await makeQueue({ deadLetter: true });
    await failJobs(work, 5);
    const stop = new AbortController();
    let told = 0;
    const report = await letters().replay(
      { queue: dead },
      {
        ratePerSecond: 100,
        signal: stop.signal,
        onOutcome: () => {
          told += 1;
          if (told === 2) stop.abort();
        },
      },
    );
    expect(report).toMatchObject({ ended: 'stopped', total: { found: 5, done: 2 } });
    expect(await states(dead)).toEqual({ created: 3 });
    expect(await completeAll(work)).toHaveLength(2);
  });

  test('ends where onOutcome throws: what was told of is done and counted, and the rest waits for the next run', async () => {
    const { work, dead } = await makeQueue({ deadLetter: true });
    await failJobs(work, 5);
    const registry = new Registry();
    const { told, replaying } = replayUntilThrown(letters(registry), { queue: dead });
    await expect(replaying).rejects.toBe(THROWN);
    expect(told).toEqual(['done', 'done']);
    expect(await states(dead)).toEqual({ created: 3 });
    expect(await registry.metrics()).toContain(
      `queue_dead_letters_replayed_total{broker="pg-boss",queue="${dead}"} 2`,
    );
    const first = await completeAll(work);
    expect(first).toHaveLength(2);
    expect(await letters().replay({ queue: dead })).toMatchObject({ total: { found: 3, done: 3 } });
    const rest = await completeAll(work);
    expect([...first, ...rest].toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4]);
    expect(await states(dead)).toEqual({});
  });

  test('drops what it is told to, and counts replays and drops by queue', async () => {
    const { work, dead } = await makeQueue({ deadLetter: true });
    await failJobs(work, 3);
    const registry = new Registry();
    const dropping = deadLetters(pgBossDeadLetters({ boss, pool: server.pool }), {
      registry,
      queues: [dead],
    });
    expect(await registry.metrics()).toContain(
      `queue_dead_letters_dropped_total{broker="pg-boss",queue="${dead}"} 0`,
    );
    const [first, second] = (await dropping.list({ queue: dead })).letters;
    expect(await dropping.drop({ ids: [first?.id ?? ''] })).toMatchObject({ total: { done: 1 } });
    expect(await dropping.replay({ ids: [second?.id ?? ''] })).toMatchObject({ total: { done: 1 } });
    expect(await states(dead)).toEqual({ created: 1 });
    // Another of the same process counts on.
    await letters(registry).drop({ queue: dead });
    const exposed = await registry.metrics();
    expect(exposed).toContain(`queue_dead_letters_dropped_total{broker="pg-boss",queue="${dead}"} 2`);
    expect(exposed).toContain(`queue_dead_letters_replayed_total{broker="pg-boss",queue="${dead}"} 1`);
    expect(await states(dead)).toEqual({});
  });

  test('says what is missing, and what went away while it ran', async () => {
    const { work, dead } = await makeQueue({ deadLetter: true });
    await failJobs(work, 3);
    const [, second, third] = (await letters().list({ queue: dead })).letters;
    const unknown = randomUUID();
    expect(await letters().replay({ ids: [unknown, 'no uuid'] })).toMatchObject({
      missing: [unknown, 'no uuid'],
      total: { found: 0 },
    });
    // Somebody drops the second, and a consumer of the dead-letter queue takes the third.
    const report = await letters().replay(
      { queue: dead },
      {
        ratePerSecond: 10,
        onOutcome: (_, { kind }) => {
          if (kind !== 'done') return;
          void boss.deleteJob(dead, second?.id ?? '');
          void boss.fetch(dead, { batchSize: 5 });
        },
      },
    );
    expect(report).toMatchObject({ ended: 'complete', total: { found: 3, done: 1, gone: 2 } });
    expect(await boss.getJobById(dead, third?.id ?? '')).toMatchObject({ state: 'active' });
    expect(await completeAll(work)).toHaveLength(1);
  });

  test('does not replay again, in the same run, what fails again', async () => {
    const { work, dead } = await makeQueue({ deadLetter: true });
    await failJobs(work, 3);
    const failing: Promise<unknown>[] = [];
    const report = await letters().replay(
      { queue: dead },
      {
        ratePerSecond: 20,
        onOutcome: () =>
          failing.push(
            boss
              .fetch(work)
              .then((jobs) => Promise.all(jobs.map(({ id }) => boss.fail(work, id, new Error('again'))))),
          ),
      },
    );
    await Promise.all(failing);
    expect(report).toMatchObject({ ended: 'complete', total: { found: 3, done: 3 } });
    expect(await states(dead)).toEqual({ created: 3 });
    expect(await states(work)).toEqual({ failed: 6 });
  });

  test('reports a connection that the server ends in the middle, and the process lives', async () => {
    const { work, dead } = await makeQueue({ deadLetter: true });
    await failJobs(work, 1);
    const holder = await server.pool.connect();
    try {
      await holder.query('BEGIN');
      await holder.query('SELECT id FROM pgboss.job WHERE name = $1 FOR UPDATE', [dead]);
      const replaying = letters().replay({
        queue: dead,
      });
      await expect
        .poll(async () => {
          const { rows } = await server.pool.query(
            `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%FOR UPDATE OF job%'`,
          );
          return rows.length;
        })
        .toBe(1);
      expect(await replaying).toMatchObject({ ended: 'failed', total: { found: 1, done: 0 } });
    } finally {
      await holder.query('ROLLBACK');
      holder.release();
    }
    expect(
      await letters().replay({
        queue: dead,
      }),
    ).toMatchObject({ total: { done: 1 } });
    expect(await completeAll(work)).toEqual([0]);
  });

  test('lets two operators replay the same letters at once, each letter once', async () => {
    const { work, dead } = await makeQueue({ deadLetter: true });
    await failJobs(work, 40);
    const reports = await Promise.all([letters().replay({ queue: dead }), letters().replay({ queue: dead })]);
    const done = reports.map(({ total }) => total.done);
    expect(reports.map(({ ended }) => ended)).toEqual(['complete', 'complete']);
    expect((done[0] ?? 0) + (done[1] ?? 0)).toBe(40);
    expect(await states(dead)).toEqual({});
    expect(await completeAll(work)).toEqual(Array.from({ length: 40 }, (_, number) => number));
  });

  test('finds the origin where queues share a dead-letter queue, and asks where it cannot', async () => {
    const { work: one, dead } = await makeQueue({ deadLetter: true });
    const { work: other } = await makeQueue({ deadLetter: dead });
    await failJobs(one, 2);
    await failJobs(other, 1);
    expect(await letters().replay({ queue: dead })).toMatchObject({ total: { done: 3 } });
    expect(await completeAll(one)).toEqual([0, 1]);
    expect(await completeAll(other)).toEqual([0]);

    await failJobs(other, 1);
    // The original has been deleted since: nothing says any more where the copy came from.
    await server.pool.query(`DELETE FROM pgboss.job WHERE name = $1`, [other]);
    const unclear = await letters().replay({ queue: dead });
    expect(unclear).toMatchObject({
      total: { refused: 1 },
      refusals: [{ reason: 'it cannot be told which queue it came from: say where it goes' }],
    });
    expect(await letters().replay({ queue: dead }, { to: 'no such queue' })).toMatchObject({
      total: { refused: 1 },
    });
    expect(await states(dead)).toEqual({ created: 1 });
    expect(await letters().replay({ queue: dead }, { to: other })).toMatchObject({ total: { done: 1 } });
    expect(await completeAll(other)).toEqual([0]);
  });

  test('leaves a letter where it lies when the policy of its queue lets it not in', async () => {
    const { work, dead } = await makeQueue({ deadLetter: true, policy: 'short' });
    await failJobs(work, 1);
    await boss.send(work, { number: 7 });
    expect(await letters().replay({ queue: dead })).toMatchObject({ total: { done: 0, refused: 1 } });
    expect(await states(dead)).toEqual({ created: 1 });
    expect(await completeAll(work)).toEqual([7]);
    expect(await letters().replay({ queue: dead })).toMatchObject({ total: { done: 1 } });
    expect(await completeAll(work)).toEqual([0]);
  });

  // BEGIN, the lock, the origin, send, deleteJob, COMMIT; .5 is while the answer is on its way.
  test.each([2, 3, 4, 5, 5.5, 6])('loses and doubles nothing when it is killed at step %d', async (step) => {
    const { work, dead } = await makeQueue({ deadLetter: true });
    await failJobs(work, 1);
    const { signal } = await changeAndDie('pg-boss', server.url, 'replay', dead, '', step);
    expect(signal).toBe('SIGKILL');
    expect(await states(dead)).toEqual({ created: 1 });
    expect(await states(work)).toEqual({ failed: 1 });
    expect(await letters().replay({ queue: dead })).toMatchObject({ total: { done: 1 } });
    expect(await completeAll(work)).toEqual([0]);
    expect(await states(dead)).toEqual({});
  });

  test('has either moved it or not when it is killed while the commit is on its way', async () => {
    const { work, dead } = await makeQueue({ deadLetter: true });
    await failJobs(work, 1);
    const { signal } = await changeAndDie('pg-boss', server.url, 'replay', dead, '', 6.5);
    expect(signal).toBe('SIGKILL');
    // Whichever it was, the next replay completes it.
    await letters().replay({ queue: dead });
    expect(await completeAll(work)).toEqual([0]);
    expect(await states(dead)).toEqual({});
    expect(await states(work)).toEqual({ failed: 1, completed: 1 });
  });

  describe('promshard-dead-letters', () => {
    const arguments_ = (command: string, queue: string) => [command, '--broker', 'pg-boss', '--queue', queue];
    const env = () => ({ DATABASE_URL: server.url });

    test('lists, replays one, replays the rest and drops, and the worker completes what was replayed', async () => {
      const { work, dead } = await makeQueue({ deadLetter: true });
      await failJobs(work, 5);
      const listed = await runBin(arguments_('list', dead), env());
      expect(listed).toMatchObject({ code: 0, stderr: '' });
      expect(listed.stdout).toContain('5 dead letters.\nPayloads and error messages are not shown');
      expect(listed.stdout).not.toContain('alice');
      const { letters: all } = (await runBinForJson(arguments_('list', dead), env())) as {
        letters: { id: string }[];
      };
      const [first, second] = all.map(({ id }) => id);

      expect(await runBinForJson([...arguments_('replay', dead), '--id', first ?? ''], env())).toMatchObject({
        total: { done: 1 },
        counted: { queue_dead_letters_replayed_total: { [dead]: 1 } },
      });
      const dropped = await runBin([...arguments_('drop', dead), '--id', second ?? '', '--yes'], env());
      expect(dropped.stdout).toContain(`dropped  ${dead}  ${second}\n1 of 1 dead letter dropped`);
      const rest = await runBin([...arguments_('replay', dead), '--rate', '50'], env());
      expect(rest.stdout).toContain('3 of 3 dead letters replayed, 0 gone meanwhile, 0 refused.');
      expect(await completeAll(work)).toHaveLength(4);
      expect(await states(dead)).toEqual({});
    });

    test('stops on SIGINT with a summary of what was done', async () => {
      const { work, dead } = await makeQueue({ deadLetter: true });
      await failJobs(work, 5);
      const child = startBin([...arguments_('replay', dead), '--rate', '2'], env());
      child.stdout?.once('data', () => child.kill('SIGINT'));
      const { code, stdout } = await endOf(child);
      expect(code).toBe(0);
      const done = Number(
        /^stopped: (\d) of 5 dead letters replayed, 0 gone meanwhile, 0 refused\.$/m.exec(stdout)?.[1],
      );
      expect(done).toBeGreaterThan(0);
      expect(done).toBeLessThan(5);
      expect(await states(dead)).toEqual({ created: 5 - done });
      expect(await completeAll(work)).toHaveLength(done);
    });

    test('is killed in the middle, run again, and every job is worked on once', async () => {
      const { work, dead } = await makeQueue({ deadLetter: true });
      await failJobs(work, 10);
      const child = startBin([...arguments_('replay', dead), '--rate', '5'], env());
      child.stdout?.once('data', () => child.kill('SIGKILL'));
      expect(await endOf(child)).toMatchObject({ signal: 'SIGKILL' });
      await runBinForJson(arguments_('replay', dead), env());
      expect(await completeAll(work)).toEqual(Array.from({ length: 10 }, (_, number) => number));
      expect(await states(dead)).toEqual({});
    });

    test('says once what is wrong, without a secret, and with the exit code of each fault', async () => {
      const secret = 'postgres://operator:hunter2@127.0.0.1:1/db';
      const unreachable = await runBin(arguments_('list', 'x'), { DATABASE_URL: secret });
      expect(unreachable).toMatchObject({ code: 69, stdout: '' });
      expect(unreachable.stderr).toBe(
        'promshard-dead-letters: the broker cannot be asked: it failed with ECONNREFUSED.\n',
      );
      const notAUrl = await runBin(arguments_('list', 'x'), { DATABASE_URL: 'hunter2' });
      expect(notAUrl).toMatchObject({ code: 78, stderr: expect.not.stringContaining('hunter2') });
      expect(await runBin(arguments_('list', 'x'), {})).toMatchObject({
        code: 78,
        stderr: 'promshard-dead-letters: DATABASE_URL has to hold the URL of the broker; it is not set.\n',
      });
      const withoutDrivers = await runBin(arguments_('list', 'x'), env(), '/');
      expect(withoutDrivers).toMatchObject({
        code: 78,
        stderr: expect.stringMatching(
          /^promshard-dead-letters: pg-boss is not installed where this runs\. .+\n$/,
        ),
      });
      const otherSchema = await runBin([...arguments_('list', 'x'), '--schema', 'elsewhere'], env());
      expect(otherSchema).toMatchObject({
        code: 78,
        stderr: expect.stringContaining('pg-boss does not start on this schema'),
      });
      expect(await runBin(arguments_('drop', 'x'), env())).toMatchObject({ code: 64 });
      expect(await runBin([...arguments_('list', 'x'), '--rate', '5'], env())).toMatchObject({ code: 64 });
    });
  });
});
