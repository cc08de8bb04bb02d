import type { IncomingMessage, ServerResponse } from 'node:http';

import type { QueryProxy } from './create-query-proxy.js';
import { readIncoming, writeOutgoing } from './node-http.js';

/** A handler of Express, Connect, or `node:http` itself. */
export type NodeHandler = (
  request: IncomingMessage & { originalUrl?: string },
  response: ServerResponse,
) => void;

/**
 * Serves a proxy from Express: `app.use('/metrics/api', expressQueryProxy(proxy))`, with the same path as the proxy's
 * `basePath`; also from a plain `node:http` server. What a request carries (a session, a user) reaches `authorize`
 * through its headers.
 */
export function expressQueryProxy(proxy: QueryProxy): NodeHandler {
  return (request, response) => {
    // Express cuts the path that it was mounted at from `url`.
    void writeOutgoing(
      proxy,
      readIncoming(request, request.originalUrl ?? request.url ?? '/', response),
      response,
    );
  };
}
