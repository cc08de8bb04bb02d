import { Histogram } from '@promshard/writer';
import type { Request, RequestHandler } from 'express';

const duration = new Histogram({
  name: 'http_request_duration_seconds',
  help: 'Time to answer a request, by the route that it matched.',
  labelNames: ['method', 'route', 'status'],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});

/** Measures all requests that reach it; to be used before the routes. */
export const measureRequests: RequestHandler = (request, response, next) => {
  const end = duration.startTimer({ method: request.method });
  // `close` comes for requests that were broken off, too.
  response.once('close', () => {
    end({ route: routeOf(request), status: String(response.statusCode) });
  });
  next();
};

/**
 * The template of the route, `/orders/:id`, never the path, which has ids without end. `baseUrl` is where a router was
 * mounted: routers here are mounted at fixed paths, so no id is in it.
 */
function routeOf(request: Request): string {
  const route = request.route as { path?: unknown } | undefined;
  return typeof route?.path === 'string' ? request.baseUrl + route.path : 'unmatched';
}
