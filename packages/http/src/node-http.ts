import type { IncomingMessage, ServerResponse } from 'node:http';

import { exchangeOf } from './exchange.js';
import { type HttpMetrics, recorderOf } from './http-metrics.js';

/** The part of a server of `node:http`, `node:https` or `node:http2` that is used. */
export interface HttpServer {
  prependListener(
    event: string,
    listener: (request: IncomingMessage, response: ServerResponse) => void,
  ): unknown;
  on(event: 'newListener', listener: (event: string | symbol) => void): unknown;
  listenerCount(event: string): number;
}

/** Tells a request's route: a template such as `/users/:id`, of which there are only so many; `undefined` for none. */
export type RouteFunction = (request: IncomingMessage, response: ServerResponse) => string | undefined;

/**
 * Counts all requests of a server, from before its own listeners see them. It may be called once for each server.
 *
 * @param options - `route` is asked when an answer has ended, unless `setRoute` has told it; what it throws is none.
 */
export function instrumentServer(
  server: HttpServer,
  metrics: HttpMetrics,
  { route }: { readonly route?: RouteFunction } = {},
): void {
  const recorder = recorderOf(metrics);
  const routeOf =
    route && (([request, response]: readonly [IncomingMessage, ServerResponse]) => route(request, response));
  const begin = (request: IncomingMessage, response: ServerResponse): void => {
    // Emitted again for the same request by an application that has looked at its expectations.
    if (exchangeOf(response) === undefined)
      recorder.begin(request, response, routeOf, routeOf && [request, response]);
  };
  server.prependListener('request', begin);
  // A listener of these two takes the place of `request`, and of what Node.js does without one.
  for (const event of ['checkContinue', 'checkExpectation']) {
    let isListening = false;
    const listen = (): void => {
      if (isListening) return;
      isListening = true;
      server.prependListener(event, begin);
    };
    if (server.listenerCount(event) > 0) listen();
    else server.on('newListener', (added) => added === event && listen());
  }
}

/** Tells the route of a request, with whatever adapter it is counted; `undefined` for none. */
export function setRoute(response: ServerResponse, route: string | undefined): void {
  const exchange = exchangeOf(response);
  if (exchange === undefined) return;
  exchange.route = route;
  if (route === undefined) exchange.routeOf = undefined;
}
