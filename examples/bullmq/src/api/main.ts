import {
  createCollectors,
  processMetrics,
  redis as redisCollector,
  serviceInfo,
} from '@promshard/collectors';
import { createHttpMetrics } from '@promshard/http';
import { bullmqQueues, createQueueMetrics } from '@promshard/queues';
import { bullmqDeadLetters, deadLetters } from '@promshard/queues/dead-letters';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { Registry } from 'prom-client';

import { redisUrl } from '../redis-url.js';
import { TOPOLOGY } from '../topology.js';
import { createApiHealth } from './api-health.js';
import { createApiServer } from './server.js';

// Who asks the API is told soon that Redis does not answer.
const redis = new Redis(redisUrl(process.env), { maxRetriesPerRequest: 1 });
redis.on('error', (error) => console.error(`redis: ${error.message}`));
const pages = new Queue(TOPOLOGY.queueOf('render-page').name, { connection: redis });
const healthJobs = new Queue(TOPOLOGY.queueOf('answer-health-check').name, { connection: redis });
for (const queue of [pages, healthJobs]) queue.on('error', () => undefined);

// The API's own: worker families are the exporter's.
const registry = new Registry();
createCollectors({
  registry,
  intervalMs: 2000,
  collectors: [
    serviceInfo({ service: 'bullmq-example-api', version: '0.0.0' }),
    processMetrics(),
    redisCollector(redis, { name: 'broker' }),
  ],
});
createQueueMetrics({
  registry,
  ttlMs: Number(process.env['QUEUE_TTL_MS'] ?? 5000),
  queues: [bullmqQueues({ redis, names: TOPOLOGY.queueNames })],
});

const server = await createApiServer({
  registry,
  pages,
  httpMetrics: createHttpMetrics({ registry }),
  health: createApiHealth(redis, healthJobs),
  deadLetters: deadLetters(bullmqDeadLetters({ queues: [pages] }), { registry, queues: [pages.name] }),
});
console.log(await server.listen({ host: '127.0.0.1', port: Number(process.env['PORT'] ?? 3000) }));

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => void server.close().then(() => process.exit()));
}
