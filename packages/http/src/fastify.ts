import type { IncomingMessage, ServerResponse } from 'node:http';

import { type HttpMetrics, recorderOf } from './http-metrics.js';
import { type HttpServer, instrumentServer } from './node-http.js';

/** The part of a request that is used. */
interface FastifyRequestLike {
  readonly raw: IncomingMessage;
  /** `url` is the route's template with all prefixes, and undefined where no route matched. */
  readonly routeOptions: { readonly url?: string | undefined };
}

/** The part of a Fastify instance that is used. */
interface FastifyLike {
  readonly server: HttpServer;
  addHook(
    name: 'onRequest',
    hook: (request: FastifyRequestLike, reply: { readonly raw: ServerResponse }, done: () => void) => void,
  ): unknown;
}

/**
 * A plugin that counts all requests of an instance: `await app.register(fastifyMetrics(metrics))`, before the routes. What
 * Fastify refuses before it looks for a route (a malformed URL) is counted, too; requests of `inject()` as well.
 */
export function fastifyMetrics(metrics: HttpMetrics): (instance: FastifyLike) => Promise<void> {
  // oxlint-disable-next-line typescript/require-await -- Fastify tells promise plugins from callback ones by it.
  const plugin = async (instance: FastifyLike): Promise<void> => {
    const recorder = recorderOf(metrics);
    instrumentServer(instance.server, metrics);
    instance.addHook('onRequest', (request, reply, done) => {
      const exchange = recorder.begin(request.raw, reply.raw);
      if (exchange !== undefined) exchange.route = request.routeOptions.url;
      done();
    });
  };
  // The hook is for the instance itself, and not for a child that ends with the plugin.
  return Object.assign(plugin, {
    [Symbol.for('skip-override')]: true,
    [Symbol.for('fastify.display-name')]: '@promshard/http',
  });
}
