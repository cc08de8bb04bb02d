import {
  createQueryProxy,
  type NamedQuery,
  oneOf,
  type QueryProxy,
  type QueryProxyOptions,
} from '@promshard/query-proxy';
import { parseExposition } from '@promshard/exposition';
import { describe, expect, test, vi } from 'vitest';

import { keepDemoRunning } from '../prometheus/kept-demo.js';
import { startPrometheus } from '../prometheus/prometheus-server.js';
import { hasTool } from '../support/tools.js';
import { startVictoriaMetrics } from './victoria-metrics.js';

const BASE = 'http://proxy.example.com';
const queries = {
  succeeded: { expression: 'sum(task_success_total)' },
  by_job: {
    expression: 'count({job=$job})',
    parameters: { job: oneOf(['api', 'workers']) },
  },
} satisfies Record<string, NamedQuery>;

async function ask(proxy: QueryProxy, path: string): Promise<{ status: number; body: Answer }> {
  const response = await proxy(new Request(BASE + path));
  return { status: response.status, body: (await response.json()) as Answer };
}

interface Answer {
  readonly errorType?: string;
  readonly error?: string;
  readonly services?: unknown;
  readonly data?: {
    readonly resultType: string;
    readonly result: readonly { value: [number, string]; values: [number, string][] }[];
  };
}

function first({ body }: { body: Answer }): number | undefined {
  const text = body.data?.result[0]?.value[1];
  return text === undefined ? undefined : Number(text);
}

const hasBoth = hasTool('prometheus') && hasTool('victoriaMetrics');

test.skipIf(!hasBoth)(
  'Prometheus and VictoriaMetrics, scraping the example, answer through the proxy what the exporter exposes (skipped where either is not installed)',
  async () => {
    const { api, exporter } = await keepDemoRunning();
    const targets = { api: new URL(api).host, workers: new URL(exporter).host };
    const { families } = parseExposition(await (await fetch(`${exporter}/metrics`)).text());
    const succeeded = families
      .find(({ name }) => name === 'task_success')
      ?.samples.reduce((sum, { value }) => sum + value, 0);

    for (const url of [(await startPrometheus(targets)).url, await startVictoriaMetrics(targets)]) {
      const proxy = createQueryProxy({ upstream: { url }, queries });
      const open = createQueryProxy({ upstream: { url }, allowRawQueries: true, basePath: '/api/metrics' });
      const workersOnly = createQueryProxy({
        upstream: { url },
        queries,
        allowRawQueries: true,
        authorize: () => [{ name: 'job', values: ['workers'] }],
      });
      await vi.waitUntil(
        async () =>
          first(await ask(proxy, '/query?name=succeeded')) === succeeded &&
          first(await ask(open, '/api/metrics/query?query=sum(up)')) === 2,
        { timeout: 60_000, interval: 250 },
      );

      expect(first(await ask(proxy, '/query?name=by_job&job=api'))).toBeGreaterThan(0);
      expect((await ask(proxy, '/health')).body).toMatchObject({ status: 'up' });
      expect((await ask(proxy, '/services')).body.services).toEqual([
        { name: 'api', instances: 1, up: 1 },
        { name: 'workers', instances: 1, up: 1 },
      ]);
      expect((await ask(workersOnly, '/services')).body.services).toEqual([
        { name: 'workers', instances: 1, up: 1 },
      ]);

      const now = Date.now() / 1000;
      const range = await ask(proxy, `/query_range?name=succeeded&start=${now - 60}&end=${now}&step=1`);
      expect(range.status).toBe(200);
      expect(Number(range.body.data?.result[0]?.values.at(-1)?.[1])).toBe(succeeded);

      expect(first(await ask(open, '/api/metrics/query?query=count(up)'))).toBe(2);
      expect(first(await ask(workersOnly, '/query?query=count(up)'))).toBe(1);
      expect(first(await ask(workersOnly, '/query?query=count({job%3D~".*"})'))).toBe(
        first(await ask(proxy, '/query?name=by_job&job=workers')),
      );
      expect((await ask(workersOnly, '/query?name=by_job&job=api')).body.data?.result).toEqual([]);
      // The grammar accepts it, the server does not: a function with an argument too many.
      expect(await ask(open, '/api/metrics/query?query=rate(up[1m],5,5,5)')).toMatchObject({
        status: 400,
        body: { errorType: 'query_refused' },
      });
    }
  },
  240_000,
);

describe.skipIf(!hasBoth)('failures of a real Prometheus (skipped where it is not installed)', () => {
  async function asking(
    options: readonly string[],
    proxyOptions: Partial<QueryProxyOptions> = {},
  ): Promise<QueryProxy> {
    const { url } = await startPrometheus({}, options);
    return createQueryProxy({ upstream: { url }, allowRawQueries: true, ...proxyOptions });
  }
  const day = '/query_range?start=1700000000&end=1700086400&step=10&query=';

  test('a query that costs it too many samples is refused with 400', async () => {
    const proxy = await asking(['--query.max-samples=10']);
    expect(await ask(proxy, `${day}vector(1)`)).toMatchObject({
      status: 400,
      body: { errorType: 'query_refused', error: expect.stringContaining('too many samples') as unknown },
    });
  });

  test('a query that runs out of its time is 504', async () => {
    const proxy = await asking(['--query.timeout=1ms']);
    const nested = 'count(count_over_time(vector(1)[1d:1s]))';
    expect(await ask(proxy, day + encodeURIComponent(nested))).toMatchObject({
      status: 504,
      body: { errorType: 'timeout' },
    });
  });

  test('a query that runs out of the proxy’s time is 504', async () => {
    const proxy = await asking([], { limits: { timeoutMs: 50 } });
    const nested = 'count(count_over_time(vector(1)[7d:1s]))';
    expect(await ask(proxy, day + encodeURIComponent(nested))).toMatchObject({
      status: 504,
      body: { errorType: 'timeout' },
    });
  });

  test('an answer larger than the limit is 502, and says that less may be asked', async () => {
    const proxy = await asking([], { limits: { maxResponseBytes: 1000 } });
    expect(await ask(proxy, `${day}vector(1)`)).toMatchObject({
      status: 502,
      body: { errorType: 'response_too_large' },
    });
  });

  test('an address that is not its API is 502, and not shown', async () => {
    const { url } = await startPrometheus({});
    const wrongPath = createQueryProxy({ upstream: { url: `${url}/elsewhere` }, allowRawQueries: true });
    expect(await ask(wrongPath, '/query?query=up')).toMatchObject({
      status: 502,
      body: { errorType: 'upstream_failed', error: 'the metrics server failed with status 404' },
    });
  });
});
