// A worker on BullMQ. Its tasks do what their jobs say.
import { setTimeout as sleep } from 'node:timers/promises';

import { createTaskMetrics } from '@promshard/tasks';
import { instrumentWorker, workerOptions } from '@promshard/tasks/bullmq';
import { openShardStore } from '@promshard/writer';
import { DelayedError, UnrecoverableError, Worker } from 'bullmq';

import { throwHostile } from './hostile-errors.mjs';
import { topology } from './topology.mjs';

process.on('unhandledRejection', (error) => {
  console.error('unhandled', error);
  process.exit(70);
});
const store = openShardStore();
const metrics = createTaskMetrics({ topology, store, prefix: process.env.TASK_PREFIX ?? '' });
const heartbeat = metrics.startHeartbeat({ intervalMs: 50 });
const at = (task, job) => process.send({ kind: 'at', task, id: job.id });

const handlers = {
  fine: async ({ data }) => {
    if (data.ms !== undefined) await sleep(data.ms);
    return data.big ? 10n : data.result;
  },
  flaky: ({ attemptsMade }) => {
    if (attemptsMade === 0) throw Object.assign(new Error('not yet'), { code: 'ECONNREFUSED' });
  },
  broken: () => {
    throw new TypeError('never');
  },
  hostile: ({ data }) => throwHostile(data.kind),
  hanging: async (job) => {
    at('hanging', job);
    if (job.data.always || job.attemptsStarted === 1) await new Promise(() => {});
  },
  late: async (job) => {
    at('late', job);
    if (job.attemptsStarted === 1) await sleep(job.data.afterMs);
  },
  permanent: () => {
    throw new UnrecoverableError('of no use');
  },
  postponed: async (job, token) => {
    if (job.attemptsStarted > 1) return;
    await job.moveToDelayed(Date.now() + 50, token);
    throw new DelayedError();
  },
};

const { hostname: host, port } = new URL(process.env.BROKER_URL);
const worker = instrumentWorker(
  { metrics, queue: 'files', handlers },
  (processJob) =>
    new Worker('files', processJob, {
      ...workerOptions(topology, 'files'),
      connection: { host, port: Number(port) },
      lockDuration: 2000,
      stalledInterval: 300,
      maxStalledCount: Number(process.env.MAX_STALLED ?? 1),
    }),
);
worker.on('error', (error) => process.send?.({ kind: 'problem', text: error.message }));
async function stop() {
  await worker.close();
  heartbeat.stop();
  store.close();
  process.exit(0);
}
process.once('message', () => void stop());
process.once('disconnect', () => process.exit());
await worker.waitUntilReady();
process.send({ kind: 'ready' });
