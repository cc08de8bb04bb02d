import type { ServerResponse } from 'node:http';

import { Mount } from './express/mount.js';
import { type LayerStack, type RoutedRequest, watchLayersOf, watchMounts } from './express/watch-layers.js';
import type { Exchange } from './exchange.js';
import { type HttpMetrics, recorderOf } from './http-metrics.js';
import { HttpMetricsError } from './http-metrics-error.js';

/** An application of Express 4 or 5, or a router, as far as its type matters: what else is needed is looked at. */
export interface ExpressLike {
  use: unknown;
}

type Handle = (request: RoutedRequest, response: ServerResponse, done?: unknown) => unknown;

/** What is replaced on an application, or a router. */
interface Application {
  handle: Handle;
  use: (...args: unknown[]) => unknown;
}

const ROOT = new Mount();

/**
 * Counts all requests of an application of Express 5 or 4: `instrumentExpress(app, metrics)`, best right after
 * `express()`. Also for a `Router` that serves by itself.
 *
 * `app.handle` and `app.use` are replaced, and the prototypes of routers and their layers, of this copy of Express: routes are
 * told by what routers do and not by the URL.
 *
 * @throws HttpMetricsError for what is not of Express.
 */
export function instrumentExpress(app: ExpressLike, metrics: HttpMetrics): void {
  const recorder = recorderOf(metrics);
  if (!isApplication(app))
    throw new HttpMetricsError('instrumentExpress() takes an application of Express 4 or 5, or a Router.');
  if (isRouter(app)) watchMounts(app);
  const { handle, use } = app;
  let isFollowed = false;

  // Before Express changes the prototypes of the two, after which a property more is dear.
  app.handle = function (request, response, done) {
    // Not sooner: a router takes the application's settings as they are when it is first asked for.
    if (!isFollowed) isFollowed = watchLayersOf(routerOf(app));
    const exchange = recorder.begin(request, response);
    if (exchange !== undefined && exchange.mount === undefined) {
      exchange.mount = ROOT;
      exchange.routeOf = routeOf;
      exchange.source = exchange;
    }
    return handle.call(this, request, response, done);
  };
  app.use = function (...args) {
    watchMounts(routerOf(app));
    return use.apply(this, args);
  };
}

/** For what no route answers: middlewares of a mount, such as static files. */
function routeOf(exchange: unknown): string | undefined {
  return ((exchange as Exchange).mount as Mount).rest;
}

function isRouter(app: object): app is LayerStack {
  return Array.isArray((app as Partial<LayerStack>).stack);
}

function isApplication(app: object): app is Application {
  const { handle, use } = app as Partial<Application>;
  return typeof handle === 'function' && typeof use === 'function';
}

interface Routers {
  readonly lazyrouter?: () => void;
  readonly _router?: LayerStack;
  readonly router?: LayerStack;
}

function routerOf(app: object): LayerStack {
  if (isRouter(app)) return app;
  // In Express 4 `router` is there, and throws.
  (app as Routers).lazyrouter?.();
  const { _router: router4 } = app as Routers;
  return router4 ?? ((app as Routers).router as LayerStack);
}
