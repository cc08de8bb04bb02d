import type { DeadLetters } from '@promshard/queues/dead-letters';
import type { FastifyInstance } from 'fastify';

import { DEAD_LETTER_QUEUE } from '../topology.js';

const LIMIT = { type: 'integer', minimum: 1, maximum: 1000, default: 100 } as const;

const LIST_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: { limit: LIMIT },
} as const;

const REPLAY_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: {
    ids: { type: 'array', items: { type: 'string', format: 'uuid' }, minItems: 1, maxItems: 1000 },
    limit: LIMIT,
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
 * Adds `GET /dead-letters`, which shows no payload: it may hold personal data; and `POST /dead-letters/replay`, which puts
 * letters back into the queues that they came from.
 */
export function routeDeadLetters(server: FastifyInstance, deadLetters: DeadLetters): void {
  server.get<{ Querystring: { readonly limit: number } }>(
    '/dead-letters',
    { schema: { querystring: LIST_SCHEMA } },
    ({ query: { limit } }) => deadLetters.list({ queue: DEAD_LETTER_QUEUE, limit }),
  );

  server.post<{ Body: ReplayRequest }>(
    '/dead-letters/replay',
    { schema: { body: REPLAY_SCHEMA } },
    async ({ body: { ids, limit, ratePerSecond } }, reply) => {
      const selection = ids === undefined ? { limit } : { ids };
      const { ended, total, more, refusals } = await deadLetters.replay(
        { queue: DEAD_LETTER_QUEUE, ...selection },
        ratePerSecond === undefined ? {} : { ratePerSecond },
      );
      return reply.code(ended === 'complete' ? 200 : 502).send({ ended, ...total, more, refusals });
    },
  );
}
