import type { IncomingMessage, ServerResponse } from 'node:http';

import { Mount } from './express/mount.js';
import { type LayerStack, watchRouter } from './express/watch-layers.js';
import type { Exchange } from './exchange.js';
import { type HttpMetrics, recorderOf } from './http-metrics.js';
import { HttpMetricsError } from './http-metrics-error.js';

type Middleware = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

/** The part of an application of Express 4 or 5, or of a router, that is used. */
export interface ExpressLike {
  use(middleware: Middleware): unknown;
}

const ROOT = new Mount();

/**
 * Counts all requests of an application of Express 5 or 4: `instrumentExpress(app, metrics)`, best right after
 * `express()`. The middleware goes before all others, wherever it is called. Also for a `Router` that serves by itself.
 *
 * Routes are told by what routers do and not by the URL, so the prototypes of this copy of Express are changed.
 *
 * @throws HttpMetricsError for what is not of Express.
 */
export function instrumentExpress(app: ExpressLike, metrics: HttpMetrics): void {
  const recorder = recorderOf(metrics);
  app.use(function promshardHttp(request, response, next) {
    const exchange = recorder.begin(request, response);
    if (exchange !== undefined && exchange.mount === undefined) {
      exchange.mount = ROOT;
      exchange.routeOf = routeOf;
      exchange.source = exchange;
    }
    next();
  });
  const router = routerOf(app);
  const layer = router.stack.pop();
  if (layer !== undefined) router.stack.unshift(layer);
  watchRouter(router);
}

/** For what no route answers: middlewares of a mount, such as static files. */
function routeOf(exchange: unknown): string | undefined {
  return ((exchange as Exchange).mount as Mount).rest;
}

function routerOf(app: ExpressLike): LayerStack {
  // In Express 4 `router` is there, and throws.
  const { stack, _router: router4 } = app as Partial<LayerStack> & { readonly _router?: LayerStack };
  const router =
    stack === undefined
      ? (router4 ?? (app as { readonly router?: LayerStack }).router)
      : (app as LayerStack & ExpressLike);
  if (!Array.isArray(router?.stack))
    throw new HttpMetricsError('instrumentExpress() takes an application of Express 4 or 5, or a Router.');
  return router;
}
