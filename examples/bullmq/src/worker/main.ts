import { createTaskMetrics } from '@promshard/tasks';
import { instrumentWorker } from '@promshard/tasks/bullmq';
import { openShardStore } from '@promshard/writer';
import { type Job, Worker } from 'bullmq';
import { Redis } from 'ioredis';

import { redisUrl } from '../redis-url.js';
import { TOPOLOGY } from '../topology.js';
import { renderPage } from './render-page.js';

// First of all: a worker that cannot be seen must not take jobs.
const store = openShardStore();
const metrics = createTaskMetrics({ topology: TOPOLOGY, store });
// A worker waits for Redis as long as it takes.
const connection = new Redis(redisUrl(process.env), { maxRetriesPerRequest: null });
const templates = process.env['TEMPLATES_DIR'] ?? 'templates';

const handlers = {
  pages: { 'render-page': (job: Job) => renderPage(templates, job.data) },
  // That it was taken is the answer.
  health: { 'answer-health-check': () => 'here' },
};

const workers = TOPOLOGY.queues.map(({ name, concurrency, expireInSeconds }) =>
  instrumentWorker(
    { metrics, queue: name, handlers: handlers[name as keyof typeof handlers] },
    (run) =>
      new Worker(name, run, {
        connection,
        concurrency,
        lockDuration: expireInSeconds * 1000,
        stalledInterval: expireInSeconds * 500,
      }),
  ),
);
for (const worker of workers) worker.on('error', (error) => console.error(`worker: ${error.message}`));
const heartbeat = metrics.startHeartbeat();

let isStopping = false;
async function stop(): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  heartbeat.stop();
  await Promise.all(workers.map((worker) => worker.close()));
  store.close();
  process.exit();
}
process.on('SIGTERM', () => void stop());
// The parent is gone, however that ended.
process.on('disconnect', () => void stop());
// Ctrl-C reaches the whole group; the parent stops its workers.
process.on('SIGINT', () => undefined);
