import type { Health } from '@promshard/health';
import type { HttpMetrics } from '@promshard/http';
import { fastifyMetrics } from '@promshard/http/fastify';
import type { DeadLetters } from '@promshard/queues/dead-letters';
import { jobOptions } from '@promshard/tasks/bullmq';
import type { Queue } from 'bullmq';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';

import { type PageData, TEMPLATE_NAME, TOPOLOGY } from '../topology.js';

/** What the API needs of the world. */
export interface ApiDependencies {
  readonly pages: Queue;
  readonly registry: Registry;
  readonly httpMetrics: HttpMetrics;
  readonly health: Health;
  readonly deadLetters: DeadLetters;
}

const PAGE_SCHEMA = {
  type: 'object',
  required: ['template'],
  additionalProperties: false,
  properties: { template: { type: 'string', pattern: TEMPLATE_NAME } },
} as const;

const REPLAY_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: {
    ids: { type: 'array', items: { type: 'string', maxLength: 64 }, minItems: 1, maxItems: 1000 },
    limit: { type: 'integer', minimum: 1, maximum: 1000, default: 100 },
    ratePerSecond: { type: 'number', exclusiveMinimum: 0, maximum: 1000 },
  },
} as const;

/** Which dead letters are to be replayed, and how fast. */
interface ReplayRequest {
  readonly ids?: readonly string[];
  readonly limit: number;
  readonly ratePerSecond?: number;
}

/**
 * `POST /pages`, `/dead-letters`, `/health/…` and `GET /metrics`. It asks nobody who they are: in a service of yours, let only
 * operators in to all but the first.
 */
export async function createApiServer(dependencies: ApiDependencies): Promise<FastifyInstance> {
  const { pages, registry, httpMetrics, health, deadLetters } = dependencies;
  const server = Fastify({ forceCloseConnections: true });
  await server.register(fastifyMetrics(httpMetrics));

  server.post<{ Body: PageData }>('/pages', { schema: { body: PAGE_SCHEMA } }, async ({ body }, reply) => {
    const { id } = await pages.add('render-page', body, jobOptions(TOPOLOGY, 'render-page'));
    return reply.code(202).send({ id });
  });

  // No payloads: they may hold personal data.
  server.get('/dead-letters', () => deadLetters.list());

  server.post<{ Body: ReplayRequest }>(
    '/dead-letters/replay',
    { schema: { body: REPLAY_SCHEMA } },
    async ({ body: { ids, limit, ratePerSecond } }, reply) => {
      const { ended, total, more } = await deadLetters.replay(
        ids === undefined ? { limit } : { ids },
        ratePerSecond === undefined ? {} : { ratePerSecond },
      );
      return reply.code(ended === 'complete' ? 200 : 502).send({ ended, ...total, more });
    },
  );

  server.get('/health/*', async (request, reply) => {
    const answer = await health.handle(new Request(new URL(request.url, 'http://localhost')));
    return reply
      .code(answer.status)
      .headers(Object.fromEntries(answer.headers))
      .send(await answer.text());
  });

  server.get('/metrics', async (_request, reply) => {
    return reply.type(registry.contentType).send(await registry.metrics());
  });

  return server;
}
