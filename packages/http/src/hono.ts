import type { IncomingMessage, ServerResponse } from 'node:http';

import { type HttpMetrics, recorderOf } from './http-metrics.js';
import type { Recorder } from './recorder.js';

interface HonoRoute {
  readonly path: string;
  readonly method: string;
  readonly handler: { readonly length: number };
}

/** The part of a context that is used. */
interface HonoContextLike {
  /** With @hono/node-server, the request and the response of `node:http`. */
  readonly env: unknown;
  readonly req: {
    readonly method: string;
    readonly path: string;
    /** All routes and middlewares of which the path matches, in the order of their declaration. */
    readonly matchedRoutes: readonly HonoRoute[];
    /** Which of them was called last. */
    readonly routeIndex: number;
  };
  /** Whether there is an answer; without one, `res` makes one up. */
  readonly finalized: boolean;
  readonly res: { readonly status: number; readonly headers: { get(name: string): string | null } };
}

interface NodeBindings {
  readonly incoming?: IncomingMessage;
  readonly outgoing?: ServerResponse;
}

/**
 * A middleware that counts all requests: `app.use(honoMetrics(metrics))`, as the first one of the outermost app. On
 * @hono/node-server an exchange ends with the response of `node:http`; elsewhere (`app.request()`, other adapters) when the
 * handlers are done, with the size that `content-length` says.
 */
export function honoMetrics(
  metrics: HttpMetrics,
): (context: HonoContextLike, next: () => Promise<void>) => Promise<void> {
  const recorder = recorderOf(metrics);
  return (context, next) => {
    const { incoming, outgoing } = (context.env ?? {}) as NodeBindings;
    if (incoming === undefined) return countHandlers(recorder, context, next);
    // Without a response it is an upgrade, which has none.
    if (outgoing !== undefined) recorder.begin(incoming, outgoing, routeOf, context);
    return next();
  };
}

async function countHandlers(
  recorder: Recorder,
  context: HonoContextLike,
  next: () => Promise<void>,
): Promise<void> {
  if (recorder.ignores(context.req.path)) return next();
  const exchange = recorder.open(context.req.method, routeOf, context);
  try {
    await next();
  } catch (error) {
    // What is thrown and is no Error passes Hono, and the server answers 500.
    recorder.finish(exchange, 500, undefined);
    throw error;
  }
  const { res } = context;
  const length = res.headers.get('content-length');
  // It is what the application says; a sum that has taken what is no number is none any more.
  recorder.finish(exchange, res.status, length !== null && /^\d+$/.test(length) ? Number(length) : undefined);
}

/** What answered, or would have answered if a middleware had not done so before. */
function routeOf(context: HonoContextLike): string | undefined {
  const { matchedRoutes: routes, routeIndex: last } = context.req;
  for (let i = last; i < routes.length; i++) {
    const route = routes[i];
    if (route !== undefined && !isMiddleware(route)) return route.path;
  }
  // A middleware may be all that there is: static files, a mounted application.
  const path = routes[last]?.path;
  const isAnswer = path !== '/*' && path !== '*' && context.finalized && context.res.status !== 404;
  return isAnswer ? path : undefined;
}

/** `app.use()` is a route of all methods whose handler takes `next`. */
function isMiddleware({ method, handler }: HonoRoute): boolean {
  return method === 'ALL' && handler.length > 1;
}
