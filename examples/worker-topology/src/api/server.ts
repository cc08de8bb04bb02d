import Fastify, { type FastifyInstance } from 'fastify';

import { type JobData, QUEUE_OF_TASK, TASK_NAMES } from '../topology.js';
import type { ApiMetrics } from './metrics.js';

/** What the API needs of the world. */
export interface ApiDependencies {
  /** Puts a job into its queue and returns the broker's id of it. */
  readonly sendJob: (queue: string, data: JobData) => Promise<string>;
  readonly metrics: ApiMetrics;
}

const JOB_SCHEMA = {
  type: 'object',
  required: ['task', 'path'],
  additionalProperties: false,
  properties: {
    task: { type: 'string', enum: TASK_NAMES },
    path: { type: 'string', minLength: 1, maxLength: 1024 },
  },
} as const;

/** The HTTP server: `POST /jobs` and `GET /metrics`. */
export function createApiServer({ sendJob, metrics }: ApiDependencies): FastifyInstance {
  const server = Fastify({ forceCloseConnections: true });

  server.post<{ Body: JobData }>('/jobs', { schema: { body: JOB_SCHEMA } }, async (request, reply) => {
    const queue = QUEUE_OF_TASK[request.body.task].name;
    const id = await sendJob(queue, request.body);
    metrics.countAccepted(queue);
    return reply.code(202).send({ id, queue });
  });

  server.get('/metrics', async (_request, reply) => {
    return reply.type(metrics.contentType).send(await metrics.render());
  });

  return server;
}
