import type { IncomingMessage, ServerResponse } from 'node:http';

import type { QueryProxy } from './create-query-proxy.js';
import { readIncoming, writeOutgoing } from './node-http.js';

/** The part of a Fastify instance that is used. */
interface FastifyLike {
  all(path: string, handler: (request: { raw: IncomingMessage }, reply: FastifyReplyLike) => void): unknown;
}

interface FastifyReplyLike {
  readonly raw: ServerResponse;
  hijack(): unknown;
}

/** A plugin: `app.register(fastifyQueryProxy(proxy), { prefix: '/metrics/api' })`, with the proxy's `basePath` as prefix. */
export function fastifyQueryProxy(proxy: QueryProxy): (instance: FastifyLike) => Promise<void> {
  // oxlint-disable-next-line typescript/require-await -- Fastify tells promise plugins from callback ones by it.
  return async (instance) => {
    instance.all('/*', (request, reply) => {
      reply.hijack();
      void writeOutgoing(proxy, readIncoming(request.raw, request.raw.url ?? '/', reply.raw), reply.raw);
    });
  };
}
