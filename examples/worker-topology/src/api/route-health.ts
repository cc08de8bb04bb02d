import type { Health } from '@promshard/health';
import type { FastifyInstance } from 'fastify';

/** Adds `GET /health/live`, `/health/ready` and `/health/data-plane`. */
export function routeHealth(server: FastifyInstance, health: Health): void {
  server.get('/health/*', async (request, reply) => {
    const answer = await health.handle(new Request(new URL(request.url, 'http://localhost')));
    return reply
      .code(answer.status)
      .headers(Object.fromEntries(answer.headers))
      .send(await answer.text());
  });
}
