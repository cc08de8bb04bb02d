import { Logger, makeWorkerUtils, runOnce, type WorkerUtils } from 'graphile-worker';
import { Pool } from 'pg';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { deadLetters, graphileWorkerDeadLetters } from '@promshard/queues/dead-letters';

import { runPostgres } from '../support/test-servers.js';
import { hasTool } from '../support/tools.js';
import { replayUntilThrown, THROWN } from './replay-until-thrown.js';
import { changeAndDie, runBin, runBinForJson } from './run-program.js';

const quiet = new Logger(() => () => {});

describe.skipIf(!hasTool('postgres'))('graphile-worker (skipped where PostgreSQL is not installed)', () => {
  const server = runPostgres();
  let utils: WorkerUtils;

  beforeAll(async () => {
    utils = await makeWorkerUtils({ pgPool: server.pool, logger: quiet });
    await utils.migrate();
  });

  afterAll(() => utils.release());

  let tasks = 0;

  /** A task of its own whose jobs have failed for good, by a real worker. */
  async function failJobs(count: number): Promise<string> {
    tasks += 1;
    const task = `task-${tasks}`;
    for (let number = 0; number < count; number += 1)
      await utils.addJob(task, { number, to: 'alice@example.com' }, { maxAttempts: 1 });
    await work(task, () => Promise.reject(new TypeError('alice@example.com bounced')));
    return task;
  }

  /** Lets a real worker take whatever is ready of a task, until nothing is. */
  async function work(task: string, handle: (payload: unknown) => Promise<void>): Promise<void> {
    await runOnce({
      pgPool: server.pool,
      taskList: { [task]: handle },
      noHandleSignals: true,
      logger: quiet,
    });
  }

  async function completeAll(task: string): Promise<number[]> {
    const numbers: number[] = [];
    await work(task, async (payload) => void numbers.push((payload as { number: number }).number));
    return numbers.toSorted((a, b) => a - b);
  }

  /** How many jobs a task has by attempts, as the broker's own view has them. */
  async function attemptsOf(task: string): Promise<number[]> {
    const { rows } = await server.pool.query<{ attempts: number }>(
      'SELECT attempts FROM graphile_worker.jobs WHERE task_identifier = $1 ORDER BY id',
      [task],
    );
    return rows.map(({ attempts }) => attempts);
  }

  const letters = (registry = new Registry()) =>
    deadLetters(graphileWorkerDeadLetters({ sql: server.pool }), { registry });

  test('lists jobs with no attempts left, by task, without payload', async () => {
    const task = await failJobs(2);
    await utils.addJob(task, { number: 9 });
    const listing = await letters().list({ task });
    expect(listing.letters).toEqual([
      { id: expect.any(String), queue: task, task, failedAt: expect.any(Date), attempts: 1 },
      { id: expect.any(String), queue: task, task, failedAt: expect.any(Date), attempts: 1 },
    ]);
    const [shown] = (await letters().list({ task, payloads: true })).letters;
    expect(shown).toMatchObject({
      payload: { number: 0, to: 'alice@example.com' },
      error: expect.stringContaining('bounced'),
    });
  });

  test('lists for a role that may only read, and refuses it the rest instead of calling every letter gone', async () => {
    const task = await failJobs(1);
    await server.pool.query(`CREATE ROLE reader LOGIN; GRANT USAGE ON SCHEMA graphile_worker TO reader;
      GRANT ALL ON ALL TABLES IN SCHEMA graphile_worker TO reader;`);
    const reading = new Pool({ connectionString: server.url.replace('postgres@', 'reader@') });
    const reader = deadLetters(graphileWorkerDeadLetters({ sql: reading }), { registry: new Registry() });
    expect((await reader.list({ task })).letters).toHaveLength(1);
    expect(await reader.replay({ task })).toMatchObject({ total: { done: 0, gone: 0, refused: 1 } });
    expect(await reader.drop({ task })).toMatchObject({ total: { done: 0, gone: 0, refused: 1 } });
    await reading.end();
    expect(await completeAll(task)).toEqual([]);
  });

  test('does not take a job for dead that a worker has on its last attempt', async () => {
    tasks += 1;
    const task = `task-${tasks}`;
    await utils.addJob(task, { number: 0 }, { maxAttempts: 1 });
    await work(task, async () => {
      expect((await letters().list({ task })).letters).toEqual([]);
    });
  });

  test('replays one and then the rest with all attempts, which the library’s own call does not give, and they complete', async () => {
    const task = await failJobs(3);
    const [first, second] = (await letters().list({ task })).letters;
    await utils.rescheduleJobs([first?.id ?? ''], { attempts: 0 });
    expect(await attemptsOf(task)).toEqual([1, 1, 1]);
    expect(await letters().replay({ ids: [second?.id ?? ''] })).toMatchObject({
      total: { found: 1, done: 1 },
    });
    expect(await attemptsOf(task)).toEqual([1, 0, 1]);
    expect(await completeAll(task)).toEqual([1]);
    expect(await letters().replay({ task }, { ratePerSecond: 100 })).toMatchObject({
      total: { found: 2, done: 2 },
    });
    expect(await completeAll(task)).toEqual([0, 2]);
    expect(await attemptsOf(task)).toEqual([]);
  });

  test('drops, counts, and says what is gone', async () => {
    const registry = new Registry();
    const task = await failJobs(3);
    const [first, second, third] = (await letters().list({ task })).letters;
    expect(await letters(registry).drop({ ids: [first?.id ?? ''] })).toMatchObject({ total: { done: 1 } });
    const report = await letters(registry).replay(
      { task },
      { ratePerSecond: 10, onOutcome: () => void utils.completeJobs([third?.id ?? '']) },
    );
    expect(report).toMatchObject({ total: { found: 2, done: 1, gone: 1 } });
    expect(await letters(registry).replay({ ids: [second?.id ?? ''] })).toMatchObject({
      missing: [second?.id],
    });
    expect(await completeAll(task)).toEqual([1]);
    const exposed = await registry.metrics();
    expect(exposed).toContain(`queue_dead_letters_dropped_total{broker="graphile-worker",queue="${task}"} 1`);
    expect(exposed).toContain(
      `queue_dead_letters_replayed_total{broker="graphile-worker",queue="${task}"} 1`,
    );
  });

  test('loses nothing where onOutcome throws: what was told of is put back, the rest waits for the next run', async () => {
    const task = await failJobs(5);
    const { told, replaying } = replayUntilThrown(letters(), { task });
    await expect(replaying).rejects.toBe(THROWN);
    expect(told).toEqual(['done', 'done']);
    expect((await letters().list({ task })).letters).toHaveLength(3);
    expect(await completeAll(task)).toEqual([0, 1]);
    expect(await letters().replay({ task })).toMatchObject({ total: { found: 3, done: 3 } });
    expect(await completeAll(task)).toEqual([2, 3, 4]);
  });

  test('does not replay again, in the same run, what fails again', async () => {
    const task = await failJobs(2);
    await server.pool.query('UPDATE graphile_worker._private_jobs SET max_attempts = 1');
    let again: Promise<void> = Promise.resolve();
    const report = await letters().replay(
      { task },
      {
        ratePerSecond: 5,
        onOutcome: () => {
          again = again.then(() => work(task, () => Promise.reject(new Error('again'))));
        },
      },
    );
    await again;
    expect(report).toMatchObject({ total: { found: 2, done: 2 } });
    expect((await letters().list({ task })).letters).toHaveLength(2);
  });

  test('lets two operators replay the same letters at once, each letter once', async () => {
    const task = await failJobs(30);
    const [one, other] = await Promise.all([letters().replay({ task }), letters().replay({ task })]);
    expect(one.total.done + other.total.done).toBe(30);
    expect(await completeAll(task)).toEqual(Array.from({ length: 30 }, (_, number) => number));
  });

  test('waits for an operator who is at the same letter, and leaves it as that one has left it', async () => {
    const task = await failJobs(1);
    const [letter] = (await letters().list({ task })).letters;
    const other = await server.pool.connect();
    await other.query('BEGIN');
    await other.query(
      'SELECT graphile_worker.reschedule_jobs(ARRAY[$1::bigint], run_at := now(), attempts := 0)',
      [letter?.id],
    );
    const replaying = letters().replay({ task });
    await expect
      .poll(
        async () =>
          (await server.pool.query(`SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'`)).rowCount,
      )
      .toBe(1);
    await other.query('COMMIT');
    other.release();
    expect(await replaying).toMatchObject({ total: { found: 1, done: 0, gone: 1 } });
    expect(await completeAll(task)).toEqual([0]);
  });

  test('has either put it back or not when it is killed while the statement is on its way', async () => {
    for (const step of [2, 2.5]) {
      const task = await failJobs(1);
      expect(await changeAndDie('graphile-worker', server.url, 'replay', task, '', step)).toMatchObject({
        signal: 'SIGKILL',
      });
      await letters().replay({ task });
      expect(await completeAll(task)).toEqual([0]);
      expect(await attemptsOf(task)).toEqual([]);
    }
  });

  test('is listed, replayed and dropped by the bin', async () => {
    const task = await failJobs(3);
    const of = (command: string) => [
      command,
      '--broker',
      'graphile-worker',
      '--task',
      task,
      '--url-env',
      'JOBS_URL',
    ];
    const env = { JOBS_URL: server.url };
    const listed = await runBin(of('list'), env);
    expect(listed).toMatchObject({ code: 0, stderr: '', stdout: expect.not.stringContaining('alice') });
    expect(await runBinForJson([...of('replay'), '--limit', '1'], env)).toMatchObject({
      total: { done: 1 },
      more: true,
    });
    expect(await runBinForJson([...of('replay'), '--dry-run'], env)).toMatchObject({
      total: { found: 2, done: 0 },
    });
    expect(await runBinForJson([...of('drop'), '--yes'], env)).toMatchObject({
      total: { done: 2 },
      counted: { queue_dead_letters_dropped_total: { [task]: 2 } },
    });
    expect(await completeAll(task)).toEqual([0]);
    expect(await attemptsOf(task)).toEqual([]);
  });
});
