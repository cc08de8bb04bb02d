import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { context, trace, TraceFlags } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { openShardStore } from '@promshard/writer';
import { openMetricsContentType, register, Registry } from 'prom-client';
import { describe, expect, onTestFinished, test } from 'vitest';

import { createHttpMetrics, HttpMetricsError, type HttpMetricsOptions } from '../src/index.js';
import { instrumentServer } from '../src/node-http.js';
import { CountedHttp } from './counted.js';
import { listen, send } from './serve.js';

test('declares four families with buckets from milliseconds and from bytes', async () => {
  const http = new CountedHttp({ prefix: 'shop_' });
  expect(http.metrics.names).toEqual({
    requests: 'shop_http_requests_total',
    duration: 'shop_http_request_duration_seconds',
    inFlight: 'shop_http_requests_in_flight',
    responseSize: 'shop_http_response_size_bytes',
  });
  expect((await http.registry.getMetricsAsJSON()).map(({ name }) => name).toSorted()).toEqual(
    Object.values(http.metrics.names).toSorted(),
  );
});

test.each<[string, HttpMetricsOptions]>([
  ['a prefix that no name begins with', { prefix: '1-' }],
  ['no bucket', { durationBuckets: [] }],
  ['buckets out of order', { sizeBuckets: [10, 1] }],
  ['a bucket that is no number', { sizeBuckets: [Number.NaN] }],
  ['a path without a slash', { ignorePaths: ['metrics'] }],
  ['a path with a query', { ignorePaths: ['/metrics?x'] }],
  ['a wildcard within a path', { ignorePaths: ['/a/*/b'] }],
  ['no routes at all', { maxRoutes: 0 }],
  ['exemplars in a registry of the text format', { exemplars: true, registry: new Registry() }],
])('refuses %s', (_name, options) => {
  expect(() => createHttpMetrics(options)).toThrow(HttpMetricsError);
});

test('refuses a misspelt option, and says which there are', () => {
  expect(() => createHttpMetrics({ ingorePaths: ['/up'] } as never)).toThrow(
    new HttpMetricsError(
      'createHttpMetrics() has no option ingorePaths; its options are registry, store, prefix, durationBuckets, sizeBuckets, ignorePaths, maxRoutes, exemplars.',
    ),
  );
  const { metrics } = new CountedHttp();
  const route = (): string => '/';
  expect(() => instrumentServer(createServer(), metrics, { rotue: route } as never)).toThrow(
    new HttpMetricsError('instrumentServer() has no option rotue; its options are route.'),
  );
});

test('refuses metrics that it has not made', () => {
  expect(() => instrumentServer(createServer(), { names: {} } as never)).toThrow(HttpMetricsError);
});

describe('paths that are left out', () => {
  async function counted(ignorePaths: readonly string[], paths: readonly string[]): Promise<number> {
    const http = new CountedHttp({ ignorePaths });
    const server = createServer((_request, response) => void response.end());
    instrumentServer(server, http.metrics);
    const port = await listen(server);
    for (const path of paths) await send(port, 'GET', path);
    return (await http.requests())['GET unmatched 2xx'] ?? 0;
  }

  test('are exact, or all below a prefix, whatever the query', async () => {
    const paths = ['/up', '/up?a=1', '/upper', '/in/side', '/in', '/in/', '/', '/?a'];
    expect(await counted(['/up', '/in/*'], paths)).toBe(4);
    expect(await counted(['/'], paths)).toBe(6);
    expect(await counted(['/*'], paths)).toBe(0);
    expect(await counted([], ['/metrics', '/health'])).toBe(2);
  });
});

test('counts routes past maxRoutes together', async () => {
  const http = new CountedHttp({ maxRoutes: 2 });
  const server = createServer((_request, response) => void response.end());
  instrumentServer(server, http.metrics, { route: ({ url }) => (url === '/none' ? undefined : url) });
  const port = await listen(server);
  for (const path of ['/1', '/2', '/3', '/4', '/1', '/none']) await send(port, 'GET', path);
  await expect
    .poll(() => http.requests())
    .toEqual({
      'GET /1 2xx': 2,
      'GET /2 2xx': 1,
      'GET __overflow__ 2xx': 2,
      'GET unmatched 2xx': 1,
    });
});

test('shows 5xx at 0 from a route’s first answer on, so that the first failure is a rise', async () => {
  const http = new CountedHttp({ maxRoutes: 2 });
  const server = createServer((request, response) => {
    response.statusCode = Number(request.url?.slice(1, 4));
    response.end();
  });
  instrumentServer(server, http.metrics, {
    route: ({ url = '' }) => (url.endsWith('none') ? undefined : url.slice(4)),
  });
  const port = await listen(server);
  for (const path of ['/200/a', '/404/a', '/503/b', '/200/c', '/404/none']) await send(port, 'GET', path);
  await expect
    .poll(() => http.shown())
    .toEqual({
      'GET /a 2xx': 1,
      'GET /a 4xx': 1,
      'GET /a 5xx': 0,
      'GET /b 5xx': 1,
      'GET __overflow__ 2xx': 1,
      'GET __overflow__ 5xx': 0,
      'GET unmatched 4xx': 1,
      'GET unmatched 5xx': 0,
    });
  // The counter alone: a histogram has a series for each bucket.
  expect(Object.keys(await http.sums('http_request_duration_seconds'))).toHaveLength(5);
  await send(port, 'GET', '/500/a');
  await expect.poll(() => http.requests()).toMatchObject({ 'GET /a 5xx': 1 });
});

test('counts in shards by default, and shows this process’s counts in the global registry', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'promshard-http-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const store = openShardStore({ dir, isolated: true });
  onTestFinished(() => {
    store.close();
    register.clear();
  });
  const metrics = createHttpMetrics({ store });
  const server = createServer((_request, response) => void response.end('four'));
  instrumentServer(server, metrics, { route: () => '/users/:id' });
  await send(await listen(server), 'GET', '/users/1');
  await expect
    .poll(() => register.getSingleMetricAsString(metrics.names.requests))
    .toContain('http_requests_total{method="GET",route="/users/:id",status_class="2xx"} 1');
  store.flush();
  expect(readdirSync(dir).filter((name) => name.endsWith('.db'))).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^counter_/),
      expect.stringMatching(/^gauge_livesum_/),
      expect.stringMatching(/^histogram_/),
    ]),
  );
});

test('writes nothing into the open store with a registry of its own', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'promshard-http-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const store = openShardStore({ dir });
  onTestFinished(() => store.close());
  const http = new CountedHttp({ prefix: 'apart_' });
  const server = createServer((_request, response) => void response.end('four'));
  instrumentServer(server, http.metrics);
  await send(await listen(server), 'GET', '/users/1');
  await expect
    .poll(() => http.registry.metrics())
    .toContain('apart_http_requests_total{method="GET",route="unmatched",status_class="2xx"} 1');
  store.flush();
  const written = readdirSync(dir).map((name) => readFileSync(join(dir, name), 'latin1'));
  expect(written.join('')).not.toContain('apart_');
});

test('takes registry and store for a contradiction', () => {
  const dir = mkdtempSync(join(tmpdir(), 'promshard-http-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const store = openShardStore({ dir, isolated: true });
  onTestFinished(() => store.close());
  expect(() => createHttpMetrics({ store, registry: new Registry() })).toThrow(HttpMetricsError);
});

describe('exemplars', () => {
  const spanContext = {
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    spanId: '00f067aa0ba902b7',
    traceFlags: TraceFlags.SAMPLED,
  };

  /** As OpenTelemetry's instrumentation of HTTP does: the request arrives in a context with its span. */
  async function serveTraced(
    options: HttpMetricsOptions,
    spans: readonly (typeof spanContext | undefined)[],
  ) {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    onTestFinished(() => context.disable());
    const metrics = createHttpMetrics({ exemplars: true, ...options });
    const server = createServer(
      (_request, response) => void setTimeout(() => response.end('x'.repeat(200_000)), 5),
    );
    instrumentServer(server, metrics, { route: () => '/traced' });
    const { emit } = server;
    const waiting = [...spans];
    server.emit = function (this: typeof server, event: string, ...args: unknown[]) {
      const span = event === 'request' ? waiting.shift() : undefined;
      const active =
        span === undefined ? context.active() : trace.setSpan(context.active(), trace.wrapSpanContext(span));
      return context.with(active, () => Reflect.apply(emit, this, [event, ...args]) as boolean);
    } as typeof server.emit;
    const port = await listen(server);
    for (const _span of spans) await send(port, 'GET', '/');
  }

  test('name the trace that was active when the request arrived, in a registry of OpenMetrics', async () => {
    const registry = new Registry<typeof openMetricsContentType>();
    registry.setContentType(openMetricsContentType);
    await serveTraced({ registry }, [
      undefined,
      { ...spanContext, traceFlags: TraceFlags.NONE },
      spanContext,
    ]);
    await expect
      .poll(() => registry.metrics())
      .toContain('http_requests_total{method="GET",route="/traced",status_class="2xx"} 3');
    const exemplars = (await registry.metrics()).split('\n').filter((line) => line.includes('# {t'));
    expect(exemplars).toHaveLength(1);
    expect(exemplars[0]).toMatch(
      /^http_request_duration_seconds_bucket\{.*\} \d+ # \{trace_id="4bf92f3577b34da6a3ce929d0e0e4736",span_id="00f067aa0ba902b7"\} /,
    );
  });

  test('are in the shards', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'promshard-http-'));
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
    const store = openShardStore({ dir, isolated: true });
    onTestFinished(() => {
      store.close();
      register.clear();
    });
    await serveTraced({ store, prefix: 'traced_' }, [spanContext]);
    await expect
      .poll(() => {
        store.flush();
        return readdirSync(dir).filter((name) => name.endsWith('.exemplars'));
      })
      .toHaveLength(1);
  });
});
