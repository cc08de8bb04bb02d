import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

import {
  CONTENT_TYPE_OPENMETRICS,
  CONTENT_TYPE_TEXT,
  renderOpenMetrics,
  renderText,
} from '@promshard/exposition';

import { scrapeDeadlineMs } from './deadline.js';
import { acceptsGzip, negotiateFormat, type ScrapeFormat } from './negotiate.js';
import type { Scraper } from './scraper.js';
import type { ExposedFamilies } from './self-metrics.js';

/** How many requests may be answered at once; more get 503, so that slow readers cannot hold memory without bound. */
const MAX_IN_FLIGHT = 40;

/** How long after its deadline a scrape may hold one of those places; a client that has not read by then never will. */
const READING_MS = 30_000;

const compress = promisify(gzip);

const FORMATS: Record<ScrapeFormat, { contentType: string; render: (exposed: ExposedFamilies) => string }> = {
  text: { contentType: CONTENT_TYPE_TEXT, render: renderText },
  openmetrics: { contentType: CONTENT_TYPE_OPENMETRICS, render: renderOpenMetrics },
};

/** What a request handler needs. */
export interface HandlerOptions {
  readonly scraper: Scraper;
  /** Told of a scrape that failed; the client gets a fixed text, never the error's. */
  readonly onError: (error: unknown) => void;
  /** Says whether the server takes no more connections; answers then end the ones they travel on. */
  readonly isClosing?: () => boolean;
  /** How long after its deadline a client may take to read its answer; 30 seconds by default. */
  readonly readingMs?: number;
}

/** Answers one request; never throws or rejects. */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Makes the handler: `GET` and `HEAD /metrics`, 404 elsewhere, 405 for other methods. */
export function createRequestHandler({
  scraper,
  onError,
  isClosing = () => false,
  readingMs = READING_MS,
}: HandlerOptions): RequestHandler {
  let inFlight = 0;

  function answer(
    response: ServerResponse,
    status: number,
    headers: OutgoingHttpHeaders,
    body: Buffer,
  ): void {
    // A client that keeps its connection busy must not hold up the end.
    if (isClosing()) response.shouldKeepAlive = false;
    response.writeHead(status, { ...headers, 'content-length': body.length });
    response.end(response.req.method === 'HEAD' ? undefined : body);
  }

  function answerPlain(response: ServerResponse, status: number, text: string): void {
    answer(response, status, { 'content-type': 'text/plain; charset=utf-8' }, Buffer.from(`${text}\n`));
  }

  async function answerScrape(
    request: IncomingMessage,
    response: ServerResponse,
    deadline: number,
  ): Promise<void> {
    const scraped = await withDeadline(scraper.scrape(), deadline);
    if (scraped === undefined) return answerPlain(response, 503, 'scrape deadline exceeded');
    const { contentType, render } = FORMATS[negotiateFormat(request.headers.accept)];
    const text = Buffer.from(render(scraped));
    const zip = acceptsGzip(request.headers['accept-encoding']?.toString());
    const body = zip ? await compress(text) : text;
    const headers = { 'content-type': contentType, vary: 'Accept, Accept-Encoding' };
    answer(response, 200, zip ? { ...headers, 'content-encoding': 'gzip' } : headers, body);
  }

  return async (request, response) => {
    if (pathOf(request.url) !== '/metrics') return answerPlain(response, 404, 'not found');
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      return answerPlain(response, 405, 'method not allowed');
    }
    if (inFlight >= MAX_IN_FLIGHT) return answerPlain(response, 503, 'too many scrapes in flight');
    const deadline = scrapeDeadlineMs(request.headers['x-prometheus-scrape-timeout-seconds']);
    inFlight += 1;
    const cutOff = setTimeout(() => response.destroy(), deadline + readingMs);
    response.once('close', () => {
      inFlight -= 1;
      clearTimeout(cutOff);
    });
    try {
      await answerScrape(request, response, deadline);
    } catch (error) {
      onError(error);
      if (response.headersSent) response.destroy();
      else answerPlain(response, 500, 'scrape failed');
    }
  };
}

/** The path of a request target, which may be a whole URL (RFC 9112, section 3.2.2); undefined where it has none. */
function pathOf(target: string | undefined): string | undefined {
  if (target === undefined || target.startsWith('/')) return target?.split('?', 1)[0];
  return URL.canParse(target) ? new URL(target).pathname : undefined;
}

/** The promise's value, or undefined once `ms` have passed; the promise itself goes on. */
async function withDeadline<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ms, undefined);
  });
  try {
    return await Promise.race([promise, expired]);
  } finally {
    clearTimeout(timer);
  }
}
