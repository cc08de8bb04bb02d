import type { Health } from '@promshard/health';
import type { HttpMetrics } from '@promshard/http';
import { fastifyMetrics } from '@promshard/http/fastify';
import type { DeadLetters } from '@promshard/queues/dead-letters';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';

import { FILE_TASK_NAMES, type JobData, TOPOLOGY } from '../topology.js';
import { routeDeadLetters } from './route-dead-letters.js';
import { routeHealth } from './route-health.js';

/** What the API needs of the world. */
export interface ApiDependencies {
  /** Puts a job into its queue and returns the broker's id of it. */
  readonly sendJob: (queue: string, data: JobData) => Promise<string>;
  readonly countAccepted: (queue: string) => void;
  /** What `GET /metrics` shows: about the API itself, and how the queues stand. */
  readonly registry: Registry;
  readonly httpMetrics: HttpMetrics;
  readonly health: Health;
  readonly deadLetters: DeadLetters;
}

const JOB_SCHEMA = {
  type: 'object',
  required: ['task', 'path'],
  additionalProperties: false,
  properties: {
    task: { type: 'string', enum: FILE_TASK_NAMES },
    path: { type: 'string', minLength: 1, maxLength: 1024 },
  },
} as const;

/**
 * The HTTP server: `POST /jobs`, `/dead-letters`, `/health/…` and `GET /metrics`. It asks nobody who they are: in a service of
 * yours, let only operators in to all but the first.
 */
export async function createApiServer(dependencies: ApiDependencies): Promise<FastifyInstance> {
  const { sendJob, countAccepted, registry, httpMetrics, health, deadLetters } = dependencies;
  const server = Fastify({ forceCloseConnections: true });
  await server.register(fastifyMetrics(httpMetrics));

  server.post<{ Body: JobData }>('/jobs', { schema: { body: JOB_SCHEMA } }, async (request, reply) => {
    const { name: queue } = TOPOLOGY.queueOf(request.body.task);
    const id = await sendJob(queue, request.body);
    countAccepted(queue);
    return reply.code(202).send({ id, queue });
  });

  server.get('/metrics', async (_request, reply) => {
    return reply.type(registry.contentType).send(await registry.metrics());
  });

  routeDeadLetters(server, deadLetters);
  routeHealth(server, health);
  return server;
}
