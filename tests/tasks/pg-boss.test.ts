import { setTimeout as sleep } from 'node:timers/promises';

import { createTaskMetrics, createWorkerExits } from '@promshard/tasks';
import { createQueues, work } from '@promshard/tasks/pg-boss';
import { openShardStore } from '@promshard/writer';
import PgBoss from 'pg-boss';
import { describe, expect, onTestFinished, test, vi } from 'vitest';

import { temporaryDirectory } from '../support/temporary-directory.js';
import { runPostgres } from '../support/test-servers.js';
import { hasTool } from '../support/tools.js';
import { HOSTILE_KINDS, throwHostile } from './hostile-errors.mjs';
import { expectWithin, killAtAnyMoment } from './kill-at-any-moment.js';
import { readCounts, readFolded } from './read-counts.js';
import { topology } from './topology.mjs';
import { startWorker } from './worker-process.js';

// What the shards say of a run on pg-boss, beside what pg-boss's own table of jobs says of it.

const present = hasTool('postgres');
const BY_TIMEOUT = `output->'value'->>'message' = 'job failed by timeout in active state'`;

const server = runPostgres();

/** A pg-boss that makes the queues, sends jobs, and sees to what has expired. */
async function startBoss(): Promise<PgBoss> {
  await server.pool.query('drop schema if exists pgboss cascade');
  const boss = new PgBoss({
    connectionString: server.url,
    schedule: false,
    maintenanceIntervalSeconds: 1,
  });
  boss.on('error', () => {});
  await boss.start();
  onTestFinished(() => boss.stop({ graceful: false, wait: true }));
  await createQueues(boss, topology);
  return boss;
}

/** One number of the table of jobs. */
async function inTable(where: string, what = 'count(*)'): Promise<number> {
  const { rows } = await server.pool.query<{ n: string | null }>(
    `select ${what} as n from pgboss.job where ${where}`,
  );
  return Number(rows[0]?.n ?? 0);
}

async function untilTable(where: string, count: number): Promise<void> {
  await vi.waitUntil(async () => (await inTable(where)) === count, { timeout: 50_000, interval: 50 });
}

const ofTask = (task: string): string => `name = 'files' and data->>'task' = '${task}'`;

describe('pg-boss', () => {
  test.skipIf(!present)(
    'every count is what the table says, after failures, dead letters, expiry and a killed worker (skipped where PostgreSQL is not installed)',
    async () => {
      const boss = await startBoss();
      const dir = temporaryDirectory();
      const env = { PROMETHEUS_MULTIPROC_DIR: dir, BROKER_URL: server.url };
      const parent = openShardStore({ dir, isolated: true });
      const exits = createWorkerExits({ store: parent });
      const send = async (times: number, data: object, options: object = {}): Promise<void> => {
        await boss.insert(Array.from({ length: times }, () => ({ name: 'files', data, ...options })));
      };

      const first = await startWorker('pg-boss-worker.mjs', env, (child) => exits.watch(child));
      // Two that hang in their first attempt, and one that has no other.
      await send(2, { task: 'hanging' });
      await send(1, { task: 'hanging', always: true }, { retryLimit: 0 });
      await first.isAt('hanging', 3);
      expect((await readCounts(dir)).of('tasks_in_progress', { task_name: 'hanging' })).toBe(3);
      expect((await readCounts(dir)).of('worker_up')).toBe(1);
      await first.kill();

      const second = await startWorker('pg-boss-worker.mjs', env, (child) => exits.watch(child));
      await send(40, { task: 'fine', result: 1 });
      await send(7, { task: 'flaky' });
      await send(5, { task: 'broken' });
      for (const kind of HOSTILE_KINDS) await send(1, { task: 'hostile', kind });
      // The one returns after pg-boss has given it up, the other throws then.
      await send(1, { task: 'late', afterMs: 5500, throws: false });
      await send(1, { task: 'late', afterMs: 5500, throws: true });
      for (const task of ['user-4711@example.com', '__proto__', 4711, null]) await send(1, { task });
      await server.pool.query(
        `insert into pgboss.job (name, data, retry_limit, expire_in, dead_letter) values ('files', null, 0, '3 s', 'files-dead')`,
      );

      await untilTable(`name = 'files' and state not in ('completed', 'failed')`, 0);
      await vi.waitUntil(async () => (await readCounts(dir)).of('tasks_in_progress') <= 3, {
        timeout: 20_000,
      });
      expect(await second.stop()).toBe(0);
      parent.flush();

      const counts = await readFolded(dir);
      const known = [...topology.taskNames];
      const rows = `name = 'files'`;
      for (const task of [...known, '__other__']) {
        const labels = { task_name: task };
        const where =
          task === '__other__'
            ? `${rows} and coalesce(data->>'task' not in (${known.map((each) => `'${each}'`).join()}), true)`
            : ofTask(task);
        const attempts = await inTable(`${where} and started_on is not null`, 'sum(retry_count + 1)');
        const jobs = await inTable(`${where} and started_on is not null`);
        const completed = await inTable(`${where} and state = 'completed'`);
        const givenUp = await inTable(`${where} and state = 'failed'`);
        const byTimeout = await inTable(`${where} and state = 'failed' and ${BY_TIMEOUT}`);
        expect
          .soft(
            {
              started: counts.of('task_started_total', labels),
              retried: counts.of('task_retried_total', labels),
              success: counts.of('task_success_total', labels),
              deadLettered: counts.of('task_dead_lettered_total', labels),
              waits: counts.of('task_wait_seconds_count', labels),
            },
            task,
          )
          .toEqual({
            started: attempts,
            retried: attempts - jobs,
            success: completed,
            deadLettered: givenUp - byTimeout,
            waits: jobs,
          });
        // Those that were killed with their worker ended nowhere; all others failed or succeeded.
        const lost = task === 'hanging' ? 3 : 0;
        expect.soft(counts.of('task_failure_total', labels), task).toBe(attempts - completed - lost);
        expect.soft(counts.of('task_duration_seconds_count', labels), task).toBe(attempts - lost);
        expect.soft(counts.of('tasks_in_progress', labels), task).toBe(0);
      }
      // The queue of dead letters holds what was given up: one job of it by pg-boss alone, with the killed worker.
      const lettered = await inTable(`name = 'files-dead'`);
      expect(lettered).toBe(counts.of('task_dead_lettered_total') + 1);

      const failures = (task: string, error: string): number =>
        counts.of('task_failure_total', { task_name: task, error_class: error });
      expect(failures('flaky', 'connection')).toBe(7);
      expect(failures('broken', 'defect')).toBe(10);
      expect(failures('late', 'expired')).toBe(2);
      expect(failures('__other__', 'unregistered_task')).toBe(9);
      expect(failures('hostile', 'not_an_error')).toBe(10);
      expect(failures('hostile', 'error')).toBe(6);

      expect(counts.valuesOf('task_name')).toEqual(['__other__', ...known]);
      expect(counts.of('worker_exits_total', { reason: 'killed' })).toBe(1);
      expect(counts.of('worker_exits_total', { reason: 'clean' })).toBe(1);
      expect(counts.of('worker_exits_total')).toBe(2);
      parent.close();
    },
  );

  test.skipIf(!present)(
    'workers killed at any moment leave nothing counted twice, and at most what they had in hand uncounted (skipped where PostgreSQL is not installed)',
    async () => {
      const boss = await startBoss();
      const dir = temporaryDirectory();
      const jobs = 500;
      const data = { task: 'fine', ms: 5 };
      await boss.insert(Array.from({ length: jobs }, () => ({ name: 'files', data, retryLimit: 20 })));
      const env = { PROMETHEUS_MULTIPROC_DIR: dir, BROKER_URL: server.url };
      const inHand = await killAtAnyMoment('pg-boss-worker.mjs', env);
      const last = await startWorker('pg-boss-worker.mjs', env);
      await untilTable(`name = 'files' and state = 'completed'`, jobs);
      expect(await last.stop()).toBe(0);

      const counts = await readFolded(dir);
      const attempts = await inTable(`name = 'files'`, 'sum(retry_count + 1)');
      const started = counts.of('task_started_total');
      const success = counts.of('task_success_total');
      expect(attempts).toBeGreaterThan(jobs);
      expectWithin(started, attempts - inHand, attempts);
      expectWithin(counts.of('task_retried_total'), attempts - jobs - inHand, attempts - jobs);
      expectWithin(success, jobs - inHand, jobs);
      expectWithin(started - success, 0, inHand);
      expect(counts.of('task_failure_total')).toBe(0);
      expect(counts.of('task_dead_lettered_total')).toBe(0);
    },
  );

  test.skipIf(!present)(
    'batches of boss.work() count as pg-boss answers them: as a whole (skipped where PostgreSQL is not installed)',
    async () => {
      const boss = await startBoss();
      const store = openShardStore({ dir: temporaryDirectory(), isolated: true });
      onTestFinished(() => store.close());
      const metrics = createTaskMetrics({ topology, store });
      const send = async (times: number, task: string): Promise<void> => {
        await boss.insert(Array.from({ length: times }, () => ({ name: 'files', data: { task } })));
      };
      const batches: number[] = [];
      const workBatches = async (): Promise<string> =>
        work(
          { boss, metrics, queue: 'files', options: { batchSize: 3, pollingIntervalSeconds: 0.5 } },
          async (jobs) => {
            batches.push(jobs.length);
            const tasks = jobs.map(({ data }) => (data as { task: string }).task);
            if (tasks.includes('broken')) throwHostile('getters');
            if (tasks.includes('late') && jobs.some(({ retryCount }) => retryCount === 0)) await sleep(3500);
          },
        );
      // A batch that ends well, one that has a job that fails, one that is of no task, one that takes too long.
      await send(3, 'fine');
      await send(2, 'flaky');
      await send(1, 'broken');
      await send(2, 'fine');
      await send(1, 'nobody’s');
      await send(1, 'late');
      await workBatches();
      await untilTable(`name = 'files' and state not in ('completed', 'failed')`, 0);
      await boss.offWork('files');
      store.flush();

      const counts = await readCounts(store.dir);
      expect(batches[0]).toBe(3);
      for (const task of ['fine', 'flaky', 'broken', 'late', '__other__']) {
        const labels = { task_name: task };
        const where = task === '__other__' ? `name = 'files' and data->>'task' = 'nobody’s'` : ofTask(task);
        const attempts = await inTable(where, 'sum(retry_count + 1)');
        const completed = await inTable(`${where} and state = 'completed'`);
        expect
          .soft(
            [
              counts.of('task_started_total', labels),
              counts.of('task_retried_total', labels),
              counts.of('task_success_total', labels),
              counts.of('task_failure_total', labels),
              counts.of('task_dead_lettered_total', labels),
            ],
            task,
          )
          .toEqual([
            attempts,
            await inTable(where, 'sum(retry_count)'),
            completed,
            attempts - completed,
            await inTable(`${where} and state = 'failed'`),
          ]);
      }
      expect(counts.of('task_failure_total', { task_name: 'late', error_class: 'expired' })).toBe(1);
      expect(counts.of('task_failure_total', { error_class: 'unregistered_task' })).toBe(2);
      expect(await inTable(`name = 'files-dead'`)).toBe(counts.of('task_dead_lettered_total'));
    },
  );

  test.skipIf(!present)(
    'ends that PostgreSQL did not hear of at first are told again when it is back (skipped where PostgreSQL is not installed)',
    async () => {
      const boss = await startBoss();
      const dir = temporaryDirectory();
      const env = { PROMETHEUS_MULTIPROC_DIR: dir, BROKER_URL: server.url };
      const worker = await startWorker('pg-boss-worker.mjs', env);
      const data = { task: 'late', afterMs: 1000 };
      await boss.insert(
        [true, false].map((throws) => ({ name: 'files', data: { ...data, throws }, expireInSeconds: 60 })),
      );
      await worker.isAt('late', 2);
      await server.stop();
      await vi.waitUntil(() => worker.messages.some(({ kind }) => kind === 'problem'), { timeout: 20_000 });
      await server.start();
      await untilTable(`name = 'files' and state = 'completed'`, 2);
      expect(await worker.stop()).toBe(0);
      const counts = await readFolded(dir);
      expect(counts.of('task_started_total')).toBe(await inTable(`name = 'files'`, 'sum(retry_count + 1)'));
      expect(counts.of('task_success_total')).toBe(2);
      expect(counts.of('task_failure_total', { error_class: 'error' })).toBe(1);
    },
  );
});
