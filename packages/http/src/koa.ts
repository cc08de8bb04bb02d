import type { IncomingMessage, ServerResponse } from 'node:http';

import { type HttpMetrics, recorderOf } from './http-metrics.js';

/** What @koa/router keeps of each route and each `router.use()`; the latter has no methods. */
interface KoaLayer {
  readonly path: string | RegExp;
  readonly methods: readonly string[];
}

/** The part of a context that is used; the last two are @koa/router's. */
interface KoaContextLike {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly method: string;
  readonly _matchedRoute?: string | RegExp | undefined;
  readonly matched?: readonly KoaLayer[] | undefined;
}

/**
 * A middleware that counts all requests: `app.use(koaMetrics(metrics))`, as the first one. Routes are those of @koa/router,
 * with the prefixes of nested routers.
 */
export function koaMetrics(
  metrics: HttpMetrics,
): <Result>(context: KoaContextLike, next: () => Result) => Result {
  const recorder = recorderOf(metrics);
  return (context, next) => {
    recorder.begin(context.req, context.res, routeOf, context);
    return next();
  };
}

function routeOf({ method, _matchedRoute: last, matched = [] }: KoaContextLike): string | undefined {
  if (last === undefined) return undefined;
  // A `router.use()` that answered in place of the route that it stands before.
  const isMiddleware = matched.some((layer) => layer.path === last && layer.methods.length === 0);
  const route = isMiddleware ? (matched.find((layer) => layer.methods.includes(method))?.path ?? last) : last;
  return String(route);
}
