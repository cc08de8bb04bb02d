import { jobOptions } from '@promshard/tasks/bullmq';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { describe, expect, onTestFinished, test, vi } from 'vitest';

import { temporaryDirectory } from '../support/temporary-directory.js';
import { runRedis } from '../support/test-servers.js';
import { hasTool } from '../support/tools.js';
import { HOSTILE_KINDS } from './hostile-errors.mjs';
import { expectWithin, killAtAnyMoment } from './kill-at-any-moment.js';
import { readCounts, readFolded } from './read-counts.js';
import { topology } from './topology.mjs';
import { startWorker } from './worker-process.js';

// What the shards say of a run on BullMQ, beside what its keys in Redis say of it.

const present = hasTool('redis');
const STALLED = 'job stalled more than allowable limit';

const server = runRedis();

function openQueue(): Queue {
  const { hostname: host, port } = new URL(server.url);
  const queue = new Queue('files', { connection: { host, port: Number(port) } });
  queue.on('error', () => {});
  onTestFinished(() => queue.close());
  return queue;
}

/** What Redis keeps of a job. */
interface Kept {
  readonly name: string;
  readonly state: 'completed' | 'failed';
  readonly failedReason: string | undefined;
  /** Times that it was taken. */
  readonly taken: number;
  /** Ends that Redis took. */
  readonly ended: number;
  /** Times that it was taken away from a worker that was silent. */
  readonly stalled: number;
}

const keyOf = (name: string): string => `bull:files:${name}`;

/** Every job, from its hash and from the set that it is in. */
async function readKeys(client: Redis): Promise<Kept[]> {
  const kept: Kept[] = [];
  for (const state of ['completed', 'failed'] as const) {
    for (const id of await client.zrange(keyOf(state), '0', '-1')) {
      const hash = await client.hgetall(keyOf(id));
      kept.push({
        name: hash['name'] ?? '',
        state,
        failedReason: hash['failedReason'],
        taken: Number(hash['ats'] ?? 0),
        ended: Number(hash['atm'] ?? 0),
        stalled: Number(hash['stc'] ?? 0),
      });
    }
  }
  return kept;
}

const sumOf = (jobs: readonly Kept[], of: (job: Kept) => number): number =>
  jobs.reduce((sum, job) => sum + of(job), 0);

describe('BullMQ', () => {
  test.skipIf(!present)(
    'every count is what the keys say, after failures, unrecoverable ones, stalls, lost locks and killed workers (skipped where Redis is not installed)',
    async () => {
      const queue = openQueue();
      const client = new Redis(server.url);
      onTestFinished(() => client.disconnect());
      const dir = temporaryDirectory();
      const env = { PROMETHEUS_MULTIPROC_DIR: dir, BROKER_URL: server.url };
      const options = jobOptions(topology, 'fine');
      expect(options).toEqual({ attempts: 2, backoff: { type: 'fixed', delay: 0 } });
      let sent = 0;
      const send = async (times: number, name: string, data: object = {}): Promise<void> => {
        sent += times;
        await queue.addBulk(Array.from({ length: times }, () => ({ name, data, opts: options })));
      };

      // Two that hang in their first attempt, and one that hangs in each.
      const first = await startWorker('bullmq-worker.mjs', env);
      await send(2, 'hanging');
      await send(1, 'hanging', { always: true });
      await first.isAt('hanging', 3);
      await first.kill();
      const second = await startWorker('bullmq-worker.mjs', env);
      await second.isAt('hanging', 3);
      // Redis has their ends first, and the worker hears of it.
      await vi.waitUntil(async () => (await readCounts(dir)).of('task_success_total') === 2, {
        timeout: 20_000,
        interval: 100,
      });
      await second.kill();

      const third = await startWorker('bullmq-worker.mjs', env);
      await send(1, 'late', { afterMs: 1500 });
      await third.isAt('late', 1);
      const message = third.messages.find((each) => each.kind === 'at' && each.task === 'late');
      // As if the worker had been silent for too long.
      await client.del(`${keyOf(message?.kind === 'at' ? message.id : '')}:lock`);
      await send(40, 'fine', { result: 1 });
      await send(1, 'fine', { big: true });
      await send(7, 'flaky');
      await send(5, 'broken');
      await send(3, 'permanent');
      await send(3, 'postponed');
      for (const kind of HOSTILE_KINDS) await send(1, 'hostile', { kind });
      for (const name of ['user-4711@example.com', '__proto__', 'constructor']) await send(1, name);
      await vi.waitUntil(
        async () => (await queue.getCompletedCount()) + (await queue.getFailedCount()) === sent,
        { timeout: 50_000 },
      );
      await vi.waitUntil(() => third.messages.filter(({ kind }) => kind === 'at').length >= 2);
      // Redis refuses the end of the attempt that lost its lock, and that is known while the worker runs.
      const refusedOnes = { task_name: 'late', error_class: 'unacknowledged' };
      await vi.waitUntil(async () => (await readCounts(dir)).of('task_failure_total', refusedOnes) === 1, {
        timeout: 20_000,
        interval: 100,
      });
      expect(await third.stop()).toBe(0);

      const counts = await readFolded(dir);
      const jobs = await readKeys(client);
      expect(jobs).toHaveLength(sent);
      const known: string[] = [...topology.taskNames];
      for (const task of [...known, '__other__']) {
        const labels = { task_name: task };
        const own = jobs.filter(({ name }) => (known.includes(name) ? name : '__other__') === task);
        // Taken, and failed without being run: these the worker never began.
        const notRun = own.filter(({ failedReason }) => failedReason === STALLED).length;
        const completed = own.filter(({ state }) => state === 'completed').length;
        const refused = counts.of('task_failure_total', { ...labels, error_class: 'unacknowledged' });
        expect
          .soft(
            {
              started: counts.of('task_started_total', labels),
              firsts: counts.of('task_started_total', labels) - counts.of('task_retried_total', labels),
              success: counts.of('task_success_total', labels),
              failure: counts.of('task_failure_total', labels),
              deadLettered: counts.of('task_dead_lettered_total', labels),
              waits: counts.of('task_wait_seconds_count', labels),
              inProgress: counts.of('tasks_in_progress', labels),
              stalled: counts.of('task_failure_total', { ...labels, error_class: 'stalled' }),
              refused,
            },
            task,
          )
          .toEqual({
            started: sumOf(own, ({ taken }) => taken) - notRun,
            firsts: own.length,
            success: completed,
            failure: sumOf(own, ({ ended }) => ended) - completed + refused,
            deadLettered: own.length - completed,
            waits: own.length,
            inProgress: 0,
            stalled: notRun,
            // Taken away from a worker, of which four were killed with theirs.
            refused: sumOf(own, ({ stalled }) => stalled) - (task === 'hanging' ? 4 : 0),
          });
      }
      const failures = (task: string, error: string): number =>
        counts.of('task_failure_total', { task_name: task, error_class: error });
      expect(failures('late', 'unacknowledged')).toBe(1);
      expect(failures('hanging', 'stalled')).toBe(1);
      expect(failures('permanent', 'permanent')).toBe(3);
      expect(failures('fine', 'defect')).toBe(2);
      expect(failures('flaky', 'connection')).toBe(7);
      expect(failures('broken', 'defect')).toBe(10);
      expect(failures('hostile', 'not_an_error')).toBe(10);
      expect(failures('hostile', 'error')).toBe(6);
      expect(failures('__other__', 'unregistered_task')).toBe(6);
      expect(counts.of('task_failure_total', { task_name: 'postponed' })).toBe(0);
      expect(counts.valuesOf('task_name')).toEqual(['__other__', ...known]);
    },
  );

  test.skipIf(!present)(
    'workers killed at any moment leave nothing counted twice, and at most what they had in hand uncounted (skipped where Redis is not installed)',
    async () => {
      const queue = openQueue();
      const client = new Redis(server.url);
      onTestFinished(() => client.disconnect());
      await queue.obliterate({ force: true });
      const dir = temporaryDirectory();
      const env = { PROMETHEUS_MULTIPROC_DIR: dir, BROKER_URL: server.url, MAX_STALLED: '20' };
      const sent = 500;
      await queue.addBulk(Array.from({ length: sent }, () => ({ name: 'fine', data: { ms: 5 } })));
      const inHand = await killAtAnyMoment('bullmq-worker.mjs', env);
      const last = await startWorker('bullmq-worker.mjs', env);
      await vi.waitUntil(async () => (await queue.getCompletedCount()) === sent, { timeout: 50_000 });
      expect(await last.stop()).toBe(0);

      const counts = await readFolded(dir);
      const jobs = await readKeys(client);
      const taken = sumOf(jobs, (job) => job.taken);
      const stalled = sumOf(jobs, (job) => job.stalled);
      const started = counts.of('task_started_total');
      const success = counts.of('task_success_total');
      expect(stalled).toBeGreaterThan(0);
      expect(taken).toBe(sent + stalled);
      expectWithin(started, taken - inHand, taken);
      expectWithin(counts.of('task_retried_total'), stalled - inHand, stalled);
      expectWithin(success, sent - inHand, sent);
      expectWithin(started - success, 0, inHand);
      expect(counts.of('task_failure_total')).toBe(0);
      expect(counts.of('task_dead_lettered_total')).toBe(0);
    },
  );
});
