import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { createHealth, jobRoundTrip } from '@promshard/health';
import { Queue, Worker } from 'bullmq';
import pg from 'pg';
import PgBoss from 'pg-boss';
import { expect, onTestFinished, test } from 'vitest';

import { createPostgres, createRedis } from '../support/broker-servers.js';
import { hasTool } from '../support/tools.js';
import { ask, reasons, untilReason, untilStatus } from './answers.js';

// Longer than a worker's next look at its queue.
const TIMES = { timeoutMs: 1200, cacheMs: 0 };
const NO_ANSWER = 'no answer within 1200 ms';

interface Token {
  readonly token: string;
}

test.skipIf(!hasTool('postgres'))(
  'a job goes through pg-boss and back, and does not while nobody takes it or its database is gone (skipped where PostgreSQL is not installed)',
  async () => {
    const server = await createPostgres();
    onTestFinished(() => server.remove());
    await server.start();
    const secrets = [new URL(server.url).port];
    const boss = new PgBoss({
      connectionString: server.url.replace('postgres@', 'postgres:hunter2@'),
      supervise: false,
      schedule: false,
    });
    boss.on('error', () => {});
    onTestFinished(() => boss.stop({ graceful: false, wait: false }).catch(() => {}));
    await boss.start();
    await boss.createQueue('health');
    const jobs = jobRoundTrip((token) => boss.send('health', { token }, { expireInSeconds: 60 }), TIMES);
    const work = (): Promise<string> =>
      boss.work<Token>('health', { pollingIntervalSeconds: 0.5 }, async ([job]) =>
        jobs.arrived(job?.data.token ?? ''),
      );
    const health = createHealth({ dataPlane: { jobs } });

    await work();
    await untilStatus(health, 'data-plane', 'up', secrets);
    await boss.offWork('health');
    expect(reasons(await ask(health, 'data-plane', secrets))).toEqual([NO_ANSWER]);
    await work();
    await untilStatus(health, 'data-plane', 'up', secrets);

    await untilCompleted(server.url);
    await server.kill();
    await untilReason(health, 'data-plane', 'failed with ECONNREFUSED', secrets);
    await server.start();
    await untilStatus(health, 'data-plane', 'up', secrets);
    server.freeze();
    expect(reasons(await ask(health, 'data-plane', secrets))).toEqual([NO_ANSWER]);
    server.thaw();
    await untilStatus(health, 'data-plane', 'up', secrets);
    await untilCompleted(server.url);
  },
);

test.skipIf(!hasTool('redis'))(
  'a job goes through BullMQ to another process and back, and does not while that is dead or Redis is frozen (skipped where Redis is not installed)',
  async () => {
    const server = await createRedis();
    onTestFinished(() => server.remove());
    await server.start();
    const secrets = [new URL(server.url).port];
    const connection = { url: server.url };
    const queue = new Queue('health', { connection });
    const jobs = jobRoundTrip(
      (token) => queue.add('check', { token } satisfies Token, { removeOnComplete: true }),
      TIMES,
    );
    const answers = new Worker<Token>('answers', async ({ data }) => jobs.arrived(data.token), {
      connection,
    });
    queue.on('error', () => {});
    answers.on('error', () => {});
    onTestFinished(async () => {
      await Promise.allSettled([answers.close(true), queue.close()]);
    });
    const health = createHealth({ dataPlane: { jobs } });

    expect(reasons(await ask(health, 'data-plane', secrets))).toEqual([NO_ANSWER]);
    const first = await startWorker(server.url);
    await untilStatus(health, 'data-plane', 'up', secrets);
    first.kill('SIGKILL');
    await once(first, 'exit');
    expect(reasons(await ask(health, 'data-plane', secrets))).toEqual([NO_ANSWER]);
    await startWorker(server.url);
    await untilStatus(health, 'data-plane', 'up', secrets);
    server.freeze();
    expect(reasons(await ask(health, 'data-plane', secrets))).toEqual([NO_ANSWER]);
    server.thaw();
    await untilStatus(health, 'data-plane', 'up', secrets);
    // Nothing of it stays.
    await expect
      .poll(() => queue.getJobCounts('waiting', 'active', 'completed', 'failed'))
      .toEqual({
        waiting: 0,
        active: 0,
        completed: 0,
        failed: 0,
      });
  },
);

/** Waits until pg-boss has written down that its jobs are done: it has nobody wait for that, nor hear that it failed. */
async function untilCompleted(url: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  const left = `select count(*)::int as jobs from pgboss.job where state <> 'completed'`;
  await expect
    .poll(async () => (await client.query<{ jobs: number }>(left)).rows, { timeout: 20_000 })
    .toEqual([{ jobs: 0 }]);
  await client.end();
}

async function startWorker(url: string): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL('answering-worker.mjs', import.meta.url)), [url]);
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'message');
  return child;
}
