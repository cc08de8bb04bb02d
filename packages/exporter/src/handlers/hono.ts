import { type Answer, plainAnswer } from '../answer.js';
import { scrapeDeadlineMs } from '../deadline.js';
import { routeOf } from '../route.js';
import type { MetricsHandler } from './metrics-handler.js';
import { webResponse } from './web-response.js';

/** What is used of Hono, which is no dependency of this package. */
export interface HonoContextLike {
  readonly req: { readonly raw: Request };
}

/**
 * Makes a Hono handler. The routing is Hono's: mount it with `app.all`, so that methods other than `GET` and `HEAD` get 405.
 *
 * @example
 * app.all('/metrics', honoMetrics(createMetricsHandler()));
 */
export function honoMetrics(handler: MetricsHandler): (context: HonoContextLike) => Promise<Response> {
  const { path, desk, unread, onError } = handler;

  async function answerTo(request: Request): Promise<Answer> {
    const route = routeOf(request.method, path + new URL(request.url).search, { metricsPath: path });
    if (route.kind !== 'metrics') return plainAnswer(405, 'method not allowed', { allow: 'GET, HEAD' });
    return desk.answer({
      names: route.names,
      accept: headerOf(request, 'accept'),
      acceptEncoding: headerOf(request, 'accept-encoding'),
      timeoutSeconds: headerOf(request, 'x-prometheus-scrape-timeout-seconds'),
    });
  }

  return async ({ req: { raw: request } }) => {
    const deadlineMs = scrapeDeadlineMs(headerOf(request, 'x-prometheus-scrape-timeout-seconds'));
    const respond = (answer: Answer): Response => {
      return webResponse(
        answer,
        request.method === 'HEAD',
        (body) => unread.watch(body, deadlineMs),
        onError,
      );
    };
    try {
      return respond(await answerTo(request));
    } catch (error) {
      onError(error);
      return respond(plainAnswer(500, 'scrape failed'));
    }
  };
}

function headerOf(request: Request, name: string): string | undefined {
  return request.headers.get(name) ?? undefined;
}
