import type { IncomingMessage, ServerResponse } from 'node:http';

import { createRequestHandler } from '../handle-request.js';
import type { MetricsHandler } from './metrics-handler.js';

/** A listener of `node:http`, and a middleware of Express, Connect and their like. */
export type NodeHttpHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  next?: (error?: unknown) => void,
) => void;

/**
 * Serves the handler's path to `node:http` and Express: `GET` and `HEAD`, 405 for other methods. Requests for other paths go to
 * `next`, and get 404 where there is none. It is the whole path that counts, wherever the middleware is mounted.
 *
 * @example
 * createServer(nodeHttpHandler(createMetricsHandler())).listen(9108, '127.0.0.1');
 * express().use(nodeHttpHandler(createMetricsHandler({ path: '/internal/metrics' })));
 */
export function nodeHttpHandler(handler: MetricsHandler): NodeHttpHandler {
  const { path, desk, unread, onError } = handler;
  const handle = createRequestHandler({ desk, unread, onError, routes: { metricsPath: path }, targetOf });
  return (request, response, next) => {
    if (next !== undefined && targetOf(request)?.split('?', 1)[0] !== path) next();
    else handle(request, response);
  };
}

/** Express takes the part under which a middleware is mounted from `url`, and keeps the whole. */
function targetOf(request: IncomingMessage): string | undefined {
  return 'originalUrl' in request && typeof request.originalUrl === 'string'
    ? request.originalUrl
    : request.url;
}
