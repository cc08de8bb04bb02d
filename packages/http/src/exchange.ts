import type { WriteBody } from './count-body.js';
import type { Recorder } from './recorder.js';

/** Tells the template of the route that a request matched; `undefined` where it matched none. */
export type RouteOf<Source> = (source: Source) => string | undefined;

/** A route that is a text; anything else (a promise, an expression, made anew for each request) would be as many routes. */
export function asRoute(route: unknown): string | undefined {
  return typeof route === 'string' ? route : undefined;
}

const EXCHANGE: unique symbol = Symbol.for('@promshard/http exchange') as never;

/** A request and its answer, from the one's arrival to the other's end. */
export class Exchange {
  readonly recorder: Recorder;
  /** In `METHOD_LABELS`. */
  readonly method: number;
  /** Of the monotonic clock, in milliseconds. */
  readonly startedAt: number;
  /** OpenTelemetry's context at the arrival, where exemplars are wanted. */
  readonly traceContext: unknown;
  /** What was handed over to be sent, without headers. */
  bodyBytes = 0;
  isEnding = false;
  isSettled = false;
  /** The route's template, once it is known. */
  route: string | undefined = undefined;
  /** Asked at the end, where `route` is not known by then. */
  routeOf: RouteOf<unknown> | undefined;
  source: unknown;
  /** Where in nested routers the request is, for the adapter of Express. */
  mount: unknown = undefined;
  /** The part of the URL that led there. */
  baseUrl = '';
  /** The response's own functions, while it has ours. */
  write: WriteBody | undefined = undefined;
  end: WriteBody | undefined = undefined;

  constructor(
    recorder: Recorder,
    method: number,
    startedAt: number,
    traceContext: unknown,
    routeOf: RouteOf<unknown> | undefined,
    source: unknown,
  ) {
    this.recorder = recorder;
    this.method = method;
    this.startedAt = startedAt;
    this.traceContext = traceContext;
    this.routeOf = routeOf;
    this.source = source;
  }
}

/** The exchange that a response ends, if it is counted. */
export function exchangeOf(response: object): Exchange | undefined {
  return (response as { readonly [EXCHANGE]?: Exchange })[EXCHANGE];
}

/** Makes a response known as the end of an exchange. */
export function attachExchange(response: object, exchange: Exchange): void {
  (response as { [EXCHANGE]?: Exchange })[EXCHANGE] = exchange;
}
