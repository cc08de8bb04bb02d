import type { IncomingMessage, ServerResponse } from 'node:http';

import { type BodyTarget, countBody } from './count-body.js';
import { asRoute, attachExchange, Exchange, exchangeOf, type RouteOf } from './exchange.js';
import type { CheckedOptions } from './http-metrics-options.js';
import { IgnoredPaths } from './ignored-paths.js';
import { methodIndex } from './method.js';
import type { MetricSet } from './metric-set.js';
import { outcomeOf } from './outcome.js';
import { watchQueued } from './queued-responses.js';
import { RouteTable } from './route-table.js';
import { statusIndex } from './status-class.js';
import { activeContext, observeWithin } from './trace-context.js';

/** Counts exchanges: what all adapters have in common. */
export class Recorder {
  private readonly metrics: MetricSet;
  private readonly routes: RouteTable;
  private readonly ignored: IgnoredPaths;
  /** Whether the active trace is kept. */
  private readonly exemplars: boolean;

  constructor(metrics: MetricSet, { ignorePaths, exemplars, maxRoutes }: CheckedOptions) {
    this.ignored = new IgnoredPaths(ignorePaths);
    this.exemplars = exemplars;
    this.metrics = metrics;
    this.routes = new RouteTable(metrics, maxRoutes);
  }

  /** Begins to count a request of `node:http`; undefined for one that is left out. Once for each, whoever calls. */
  begin<Source>(
    request: IncomingMessage,
    response: ServerResponse,
    routeOf?: RouteOf<Source>,
    source?: Source,
  ): Exchange | undefined {
    let exchange = exchangeOf(response);
    if (exchange === undefined) {
      if (this.ignored.has(targetOf(request))) return undefined;
      exchange = this.open(request.method, routeOf, source);
      attachExchange(response, exchange);
      countBody(response as unknown as BodyTarget, exchange);
      response.on('finish', onFinish);
      response.on('close', onClose);
      // Others are answered on this connection before.
      if (response.socket === null) watchQueued(request, response, (closed) => settle(closed, false));
    } else if (routeOf !== undefined) {
      exchange.routeOf = routeOf as RouteOf<unknown>;
      exchange.source = source;
    }
    return exchange;
  }

  /** As `begin`, where there is no response of `node:http`: `finish` has to be called. */
  open<Source>(method: string | undefined, routeOf?: RouteOf<Source>, source?: Source): Exchange {
    const index = methodIndex(method);
    this.metrics.inFlight[index]?.inc();
    const context = this.exemplars ? activeContext() : undefined;
    return new Exchange(
      this,
      index,
      performance.now(),
      context,
      routeOf as RouteOf<unknown> | undefined,
      source,
    );
  }

  /** Whether requests of this target are left out. */
  ignores(target: string | undefined): boolean {
    return this.ignored.has(target);
  }

  /** Counts an exchange that has ended; once, whoever calls. */
  settle(exchange: Exchange, status: number, bodyBytes: number | undefined): void {
    if (exchange.isSettled) return;
    exchange.isSettled = true;
    const seconds = (performance.now() - exchange.startedAt) / 1000;
    const { method } = exchange;
    const series = this.routes.series(exchange.route ?? findRoute(exchange), method, status);
    this.metrics.inFlight[method]?.dec();
    series.requests.inc();
    if (exchange.traceContext === undefined) series.seconds.observe(seconds);
    else observeWithin(exchange.traceContext, series.seconds, seconds);
    if (bodyBytes !== undefined) series.bytes.observe(bodyBytes);
  }

  /** As `settle`, with the code of an answer. */
  finish(exchange: Exchange, statusCode: number, bodyBytes: number | undefined): void {
    const sent = hasNoBody(statusCode, exchange) ? 0 : bodyBytes;
    this.settle(exchange, statusIndex(statusCode), sent);
  }
}

/** What the client asked for: Express's mounts and Fastify's `rewriteUrl` change `url`, and keep it beside. */
function targetOf(request: IncomingMessage & { readonly originalUrl?: string }): string | undefined {
  return request.originalUrl ?? request.url;
}

function findRoute({ routeOf, source }: Exchange): string | undefined {
  if (routeOf === undefined) return undefined;
  try {
    return asRoute(routeOf(source));
  } catch {
    // Of an application's own function. Counting must not end a process that answers.
    return undefined;
  }
}

function onFinish(this: ServerResponse): void {
  settle(this, true);
}

function onClose(this: ServerResponse): void {
  settle(this, false);
}

function settle(response: ServerResponse, isFinished: boolean): void {
  const exchange = exchangeOf(response);
  if (exchange === undefined || exchange.isSettled) return;
  const sent = hasNoBody(response.statusCode, exchange) ? 0 : exchange.bodyBytes;
  exchange.recorder.settle(exchange, outcomeOf(response, isFinished), sent);
}

const HEAD = methodIndex('HEAD');

/** Whether an answer must not have a body, whatever was handed over or `content-length` says. */
function hasNoBody(statusCode: number, { method }: Exchange): boolean {
  return method === HEAD || statusCode === 204 || statusCode === 304;
}
