import type { IncomingMessage, ServerResponse } from 'node:http';

import { asRoute, exchangeOf } from './exchange.js';
import { type HttpMetrics, recorderOf } from './http-metrics.js';
import { checkOptionNames } from './option-names.js';

/** The part of a server of `node:http`, `node:https` or `node:http2` that is used. */
export interface HttpServer {
  prependListener(
    event: string,
    listener: (request: IncomingMessage, response: ServerResponse) => void,
  ): unknown;
  on(event: 'newListener' | 'removeListener', listener: (event: string | symbol) => void): unknown;
  removeListener(
    event: string,
    listener: (request: IncomingMessage, response: ServerResponse) => void,
  ): unknown;
  // oxlint-disable-next-line typescript/no-unsafe-function-type -- as Node.js has it
  listeners(event: string): Function[];
}

/** The listeners of this package, of whichever metrics: they answer nothing. */
const COUNTING = new WeakSet<object>();

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
  options: { readonly route?: RouteFunction } = {},
): void {
  const recorder = recorderOf(metrics);
  checkOptionNames('instrumentServer()', options, { route: true });
  const { route } = options;
  const routeOf =
    route && (([request, response]: readonly [IncomingMessage, ServerResponse]) => route(request, response));
  const begin = (request: IncomingMessage, response: ServerResponse): void => {
    // Emitted again for the same request by an application that has looked at its expectations.
    if (exchangeOf(response) === undefined)
      recorder.begin(request, response, routeOf, routeOf && [request, response]);
  };
  COUNTING.add(begin);
  server.prependListener('request', begin);
  // A listener of these two takes the place of `request`, and of what Node.js does without one: there is one as long as the
  // application has one.
  for (const event of ['checkContinue', 'checkExpectation']) {
    let isListening = false;
    const listen = (): void => {
      if (isListening) return;
      isListening = true;
      server.prependListener(event, begin);
    };
    const stopListening = (): void => {
      if (!isListening || server.listeners(event).some((each) => !COUNTING.has(each))) return;
      isListening = false;
      server.removeListener(event, begin);
    };
    if (server.listeners(event).length > 0) listen();
    server.on('newListener', (added) => added === event && listen());
    server.on('removeListener', (removed) => removed === event && stopListening());
  }
}

/** Tells the route of a request, with whatever adapter it is counted; `undefined` for none. */
export function setRoute(response: ServerResponse, route: string | undefined): void {
  const exchange = exchangeOf(response);
  if (exchange === undefined) return;
  exchange.route = asRoute(route);
  if (exchange.route === undefined) exchange.routeOf = undefined;
}
