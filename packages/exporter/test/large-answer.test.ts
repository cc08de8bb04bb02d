import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

import type { MetricFamily, Sample, Snapshot } from '@promshard/aggregator';
import { renderOpenMetrics, renderText } from '@promshard/exposition';
import { afterEach, describe, expect, test, vi } from 'vitest';

import { createScrapeDesk } from '../src/answer-scrape.js';
import { createRequestHandler } from '../src/handle-request.js';
import { createUnreadAnswers } from '../src/unread-answers.js';
import { untilStill, wideGauge } from './wide-gauge.js';

let server: Server;
const errors: unknown[] = [];

afterEach(() => {
  server.closeAllConnections();
  server.close();
  if (errors.length > 0) throw new AggregateError(errors.splice(0), 'The handler told of errors.');
});

async function serve(families: readonly MetricFamily[]): Promise<URL> {
  const handle = createRequestHandler({
    desk: createScrapeDesk({ scrape: async () => ({ families }) }, 40),
    unread: createUnreadAnswers(40),
    onError: (error) => errors.push(error),
  });
  server = createServer(handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`);
}

async function ask(url: URL, headers: Record<string, string> = {}, method = 'GET'): Promise<IncomingMessage> {
  const [response] = (await once(get(url, { method, headers, agent: false }), 'response')) as [
    IncomingMessage,
  ];
  return response;
}

describe('an exposition beyond a megabyte', () => {
  const families = [wideGauge(5000)];

  test.each([
    ['text', {}, renderText({ families })],
    ['OpenMetrics', { accept: 'application/openmetrics-text' }, renderOpenMetrics({ families })],
  ] as const)('goes out in pieces as %s, the same as in one', async (_, headers, expected) => {
    const url = await serve(families);
    for (const more of [{}, { 'accept-encoding': 'gzip' }]) {
      const response = await ask(url, { ...headers, ...more });
      const isZip = response.headers['content-encoding'] === 'gzip';
      expect([isZip, response.headers['content-length']]).toEqual(['accept-encoding' in more, undefined]);
      const body = await buffer(response);
      expect((isZip ? gunzipSync(body) : body).toString() === expected).toBe(true);
    }
  });

  test('has no body for HEAD', async () => {
    const url = await serve(families);
    const response = await ask(url, {}, 'HEAD');
    expect([response.statusCode, response.headers['content-type']]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
    ]);
    expect((await buffer(response)).length).toBe(0);
  });

  test('is asked for by HTTP/1.0 too, and ends with its connection', async () => {
    const url = await serve(families);
    const { connect } = await import('node:net');
    const socket = connect(Number(url.port), url.hostname);
    socket.write('GET /metrics HTTP/1.0\r\n\r\n');
    const text = (await buffer(socket)).toString();
    expect(text.slice(text.indexOf('\r\n\r\n') + 4) === renderText({ families })).toBe(true);
  });
});

describe('a client that', () => {
  test.each([
    ['goes away', {}],
    ['goes away from a compressed answer', { 'accept-encoding': 'gzip' }],
  ])('%s stops the rendering', async (_, headers) => {
    let reads = 0;
    // Too much for any socket's buffers, also when compressed: random digits.
    const family = wideGauge(60_000, () => reads++);
    const url = await serve([family]);
    const response = await ask(url, headers);
    await once(response, 'data');
    response.destroy();
    await untilStill(() => reads, 100);
    expect(reads).toBeLessThan(family.samples.length);
  });

  test('does not read makes the rendering wait', async () => {
    let reads = 0;
    const family = wideGauge(60_000, () => reads++);
    const url = await serve([family]);
    const response = await ask(url);
    response.pause();
    await untilStill(() => reads, 200);
    expect(reads).toBeLessThan(family.samples.length);
    let received = 0;
    response.on('data', (bytes: Buffer) => (received += bytes.length)).resume();
    await once(response, 'end');
    expect(reads).toBe(family.samples.length);
    expect(received).toBeGreaterThan(60_000_000);
  });
});

test('a rendering that fails in the middle cuts its connection and tells the log', async () => {
  const broken: Sample = {
    name: 'wide',
    labels: [],
    get value(): number {
      throw new Error('broken');
    },
  };
  const good = wideGauge(3000);
  const url = await serve([{ ...good, samples: [...good.samples, broken] }]);
  const response = await ask(url);
  await expect(buffer(response)).rejects.toThrow('aborted');
  await vi.waitUntil(() => errors.length > 0);
  expect(errors.splice(0).map(String)).toEqual(['Error: broken']);
});

test('a small exposition is one body with its length', async () => {
  const families = [wideGauge(500)];
  const url = await serve(families);
  const response = await ask(url);
  const body = await buffer(response);
  expect(Number(response.headers['content-length'])).toBe(body.length);
  expect(body.toString() === renderText({ families })).toBe(true);
});

test('what is left out of an answer is told', async () => {
  const told: string[] = [];
  const snapshot = {
    families: ['a.b', 'a_b'].map((name): MetricFamily => ({
      name,
      type: 'gauge',
      help: '',
      samples: [{ name, labels: [], value: 1 }],
    })),
  } satisfies Pick<Snapshot, 'families'>;
  const desk = createScrapeDesk({ scrape: async () => snapshot }, 1, ({ code, family }) =>
    told.push(`${code} ${family}`),
  );
  const request = { names: [], acceptEncoding: undefined, timeoutSeconds: undefined };
  const accept = 'text/plain;version=1.0.0;escaping=allow-utf-8';
  await desk.answer({ ...request, accept });
  expect(told).toEqual([]);
  await desk.answer({ ...request, accept: undefined });
  expect(told).toEqual(['name-clash a_b']);
  server = createServer();
});
