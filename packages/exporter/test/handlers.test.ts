import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

import { getRequestListener } from '@hono/node-server';
import { parseExposition, renderText } from '@promshard/exposition';
import { encodeShard } from '@promshard/shard-format';
import express from 'express';
import { fastify } from 'fastify';
import { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';

import { createScrapeDesk } from '../src/answer-scrape.js';
import { fastifyMetrics } from '../src/handlers/fastify.js';
import { honoMetrics } from '../src/handlers/hono.js';
import { createMetricsHandler, type MetricsHandler } from '../src/handlers/metrics-handler.js';
import { nodeHttpHandler } from '../src/handlers/node-http.js';
import { untilStill, wideGauge } from './wide-gauge.js';

let dir: string;
const logged: string[] = [];

beforeEach(() => {
  logged.length = 0;
  dir = mkdtempSync(join(tmpdir(), 'promshard-handlers-'));
  for (const [i, value] of [3, 4].entries()) {
    const key = { family: 'jobs', sample: 'jobs_total', labels: { queue: 'mail' }, help: 'Jobs.' };
    writeFileSync(join(dir, `counter_${i}.db`), encodeShard([{ key, value }]));
  }
});

afterEach(() => rmSync(dir, { recursive: true, force: true }));

function handlerOf(path?: string): MetricsHandler {
  const log = (line: string): void => void logged.push(line);
  return createMetricsHandler({ dir, env: {}, log, ...(path === undefined ? {} : { path }) });
}

/** Serves until the test ends; resolves to the origin. */
async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface Mount {
  /** Mounts the handler in a real server, beside a route `/own`; resolves to the URL of the endpoint. */
  (handler: MetricsHandler): Promise<string>;
}

const MOUNTS: readonly (readonly [name: string, mount: Mount])[] = [
  ['node:http', async (handler) => `${await listen(nodeHttpHandler(handler))}${handler.path}`],
  [
    'Express as a middleware',
    async (handler) => {
      const app = express()
        .use(nodeHttpHandler(handler))
        .get('/own', (_, response) => void response.send('own'));
      return `${await listen(app)}${handler.path}`;
    },
  ],
  [
    'Express below a path',
    async (handler) => {
      const app = express().use(handler.path, nodeHttpHandler(handler));
      app.get('/own', (_, response) => void response.send('own'));
      return `${await listen(app)}${handler.path}`;
    },
  ],
  [
    'Express as a route',
    async (handler) =>
      `${await listen(express().all(handler.path, nodeHttpHandler(handler)))}${handler.path}`,
  ],
  [
    'Fastify',
    async (handler) => {
      const app = fastify();
      await app.register(fastifyMetrics(handler));
      app.get('/own', () => 'own');
      onTestFinished(() => app.close());
      return `${await app.listen({ host: '127.0.0.1', port: 0 })}${handler.path}`;
    },
  ],
  [
    'Fastify below a prefix',
    async (handler) => {
      const app = fastify();
      await app.register(fastifyMetrics(handler), { prefix: '/internal' });
      onTestFinished(() => app.close());
      return `${await app.listen({ host: '127.0.0.1', port: 0 })}/internal${handler.path}`;
    },
  ],
  [
    'Hono',
    async (handler) => {
      const app = new Hono()
        .all('/metrics', honoMetrics(handler))
        .get('/own', (context) => context.text('own'));
      const listener = getRequestListener(app.fetch);
      return `${await listen((asked, response) => void listener(asked, response))}/metrics`;
    },
  ],
];

interface Got {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

async function ask(url: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Got> {
  const asked = request(url, { method, headers, agent: false }).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, body: await buffer(response) };
}

describe.each(MOUNTS)('the endpoint in %s', (name, mount) => {
  test('serves the sums of the shards, as text by default', async () => {
    const url = await mount(handlerOf());
    const { status, headers, body } = await ask(url);
    expect([status, headers['content-type'], headers['vary']]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
      'Accept, Accept-Encoding',
    ]);
    expect(Number(headers['content-length'])).toBe(body.length);
    expect(body.toString()).toMatch(
      /^# HELP jobs_total Jobs\.\n# TYPE jobs_total counter\njobs_total\{queue="mail"\} 7\n# HELP promshard_exporter_build_info /,
    );
  });

  test('negotiates format, escaping and compression, and filters by name', async () => {
    const url = await mount(handlerOf());
    const { headers, body } = await ask(`${url}?name[]=jobs`, {
      accept: 'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,*/*;q=0.1',
      'accept-encoding': 'gzip',
    });
    expect([headers['content-type'], headers['content-encoding']]).toEqual([
      'application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=allow-utf-8',
      'gzip',
    ]);
    expect(gunzipSync(body).toString()).toBe(
      '# TYPE jobs counter\n# HELP jobs Jobs.\njobs_total{queue="mail"} 7\n# EOF\n',
    );
  });

  test('answers HEAD with headers alone, and 405 to other methods', async () => {
    const url = await mount(handlerOf());
    const head = await ask(url, {}, 'HEAD');
    expect([head.status, head.body.length]).toEqual([200, 0]);
    expect(Number(head.headers['content-length'])).toBeGreaterThan(0);
    const post = await ask(url, {}, 'POST');
    expect([post.status, post.headers['allow'], post.body.toString()]).toEqual([
      405,
      'GET, HEAD',
      'method not allowed\n',
    ]);
  });

  test('leaves other paths to the application', async () => {
    const url = await mount(handlerOf());
    const { status } = await ask(`${url}/other`);
    expect(status).toBe(404);
    if (name === 'node:http' || name === 'Express as a route' || name.includes('prefix')) return;
    expect((await ask(new URL('/own', url).href)).body.toString()).toBe('own');
  });

  test('keeps to the deadline of the scraper', async () => {
    const stuck = createScrapeDesk({ scrape: () => new Promise(() => {}) }, 1);
    const url = await mount({ ...handlerOf(), desk: stuck });
    const timeout = { 'x-prometheus-scrape-timeout-seconds': '0.1' };
    const [first, second] = await Promise.all([ask(url, timeout), ask(url, timeout)]);
    expect([first.status, second.status]).toEqual([503, 503]);
    expect([first.body.toString(), second.body.toString()].toSorted()).toEqual([
      'scrape deadline exceeded\n',
      'too many scrapes in flight\n',
    ]);
  });

  test('answers a failure with a fixed text, and logs it', async () => {
    const broken = createScrapeDesk({ scrape: () => Promise.reject(new Error('/secret/path')) }, 1);
    const url = await mount({ ...handlerOf(), desk: broken });
    const { status, body } = await ask(url);
    expect([status, body.toString()]).toEqual([500, 'scrape failed\n']);
    expect(logged).toEqual(['scrape failed: Error: /secret/path']);
  });

  test('serves what is good of a broken directory, and what is left once it is gone', async () => {
    writeFileSync(join(dir, 'counter_9.db'), 'broken');
    mkdirSync(join(dir, 'gauge_all_9.db'));
    const url = await mount(handlerOf());
    expect((await ask(url)).body.toString()).toContain('jobs_total{queue="mail"} 7\n');
    expect(logged.filter((line) => line.startsWith('problem'))).toHaveLength(2);
    rmSync(dir, { recursive: true });
    const { status, body } = await ask(url);
    expect(status).toBe(200);
    expect(body.toString()).toContain('promshard_exporter_problems{code="directory-unreadable"} 1\n');
    expect(parseExposition(body.toString()).families.map((family) => family.name)).not.toContain('jobs');
  });

  test.each([{}, { 'accept-encoding': 'gzip' }])('streams what is large, with %j', async (headers) => {
    const families = [wideGauge(3000)];
    const desk = createScrapeDesk({ scrape: async () => ({ families }) }, 1);
    const got = await ask(await mount({ ...handlerOf(), desk }), headers);
    expect(got.headers['content-length']).toBeUndefined();
    const body = 'accept-encoding' in headers ? gunzipSync(got.body) : got.body;
    expect(body.toString() === renderText({ families })).toBe(true);
  });

  test('stops rendering when the client goes away', async () => {
    let reads = 0;
    const families = [wideGauge(60_000, () => reads++)];
    const desk = createScrapeDesk({ scrape: async () => ({ families }) }, 1);
    const asked = request(await mount({ ...handlerOf(), desk }), { agent: false }).end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    await once(response, 'data');
    response.destroy();
    await untilStill(() => reads, 150);
    expect(reads).toBeLessThan(60_000);
    expect(logged).toEqual([]);
  });
});

test('one handler may serve several servers, from a path of its own', async () => {
  const handler = handlerOf('/worker-metrics');
  const urls = await Promise.all([
    listen(nodeHttpHandler(handler)),
    listen(express().use(nodeHttpHandler(handler))),
  ]);
  const answers = await Promise.all(urls.map((origin) => ask(`${origin}/worker-metrics`)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  expect((await ask(`${urls[1]}/metrics`)).status).toBe(404);
});

test('a wrong configuration is told at once, every problem of it', () => {
  const env = { PROMETHEUS_MULTIPROC_DIR: 'relative', PROMSHARD_LABEL_POLICY: 'x' };
  expect(() => createMetricsHandler({ env })).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', problems: [expect.anything(), expect.anything()] }),
  );
});
