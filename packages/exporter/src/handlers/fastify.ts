import type { IncomingMessage, ServerResponse } from 'node:http';

import { createRequestHandler } from '../handle-request.js';
import type { MetricsHandler } from './metrics-handler.js';

/** What is used of Fastify, which is no dependency of this package. */
export interface FastifyLike {
  all(
    path: string,
    handler: (
      request: { readonly raw: IncomingMessage },
      reply: { readonly raw: ServerResponse; hijack(): unknown },
    ) => void,
  ): unknown;
}

/**
 * Makes a Fastify plugin that serves the handler's path, below the prefix that it is registered under: `GET` and `HEAD`,
 * 405 for other methods. The answer is written past Fastify, so that it is no faster than its client reads it: hooks
 * before the handler run, those that change a reply do not.
 *
 * @example
 * await app.register(fastifyMetrics(createMetricsHandler()));
 */
export function fastifyMetrics(
  handler: MetricsHandler,
): (app: FastifyLike, options: unknown, done: () => void) => void {
  const { path, desk, unread, onError } = handler;
  // Fastify has found the route, prefix and all; what counts is the query.
  const targetOf = ({ url = '' }: IncomingMessage): string => path + (/\?.*$/s.exec(url)?.[0] ?? '');
  const handle = createRequestHandler({ desk, unread, onError, routes: { metricsPath: path }, targetOf });
  return (app, _options, done) => {
    app.all(path, (request, reply) => {
      reply.hijack();
      handle(request.raw, reply.raw);
    });
    done();
  };
}
