import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';

import type { Snapshot } from '@promshard/aggregator';
import { afterEach, describe, expect, test, vi } from 'vitest';

import { createScrapeDesk } from '../src/answer-scrape.js';
import { createRequestHandler } from '../src/handle-request.js';
import { createScraper } from '../src/scraper.js';
import { createUnreadAnswers } from '../src/unread-answers.js';

const SNAPSHOT: Snapshot = {
  families: [],
  problems: [],
  stats: {
    shards: { good: 0, damaged: 0, superseded: 0, skipped: 0 },
    bytesRead: 0,
    entries: 0,
    shardsMapped: 0,
    entriesLearned: 0,
    samples: 0,
    attempts: 1,
  },
};

let server: Server;

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** Serves what a way of collecting gives; resolves to the address. */
async function serve(
  collect: () => Promise<Snapshot>,
  {
    onError = () => {},
    readingMs,
    places = 40,
  }: { onError?: (error: unknown) => void; readingMs?: number; places?: number } = {},
): Promise<string> {
  const scraper = createScraper({ aggregator: { collect }, version: '0.0.0' });
  const handle = createRequestHandler({
    desk: createScrapeDesk(scraper, places),
    unread: createUnreadAnswers(40, readingMs),
    onError,
    isClosing: () => !server.listening,
  });
  server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`;
}

test('an answer ends its connection once the server is closing', async () => {
  let release: ((snapshot: Snapshot) => void) | undefined;
  const url = await serve(() => new Promise((resolve) => (release = resolve)));
  const late = fetch(url);
  await vi.waitUntil(() => release !== undefined);
  server.close();
  release?.(SNAPSHOT);
  expect((await late).headers.get('connection')).toBe('close');
});

describe('a scrape', () => {
  test('that passes its deadline gets 503, and the next one may succeed', async () => {
    let release: (snapshot: Snapshot) => void = () => {};
    const url = await serve(() => new Promise((resolve) => (release = resolve)));
    const late = await fetch(url, { headers: { 'x-prometheus-scrape-timeout-seconds': '0.1' } });
    expect([late.status, await late.text()]).toEqual([503, 'scrape deadline exceeded\n']);
    const next = fetch(url);
    setTimeout(() => release(SNAPSHOT), 50);
    expect((await next).status).toBe(200);
  });

  test('that fails gets a fixed text, and its error goes to the log', async () => {
    const errors: unknown[] = [];
    const url = await serve(() => Promise.reject(new Error('/secret/path')), {
      onError: (error) => errors.push(error),
    });
    const response = await fetch(url);
    expect([response.status, await response.text()]).toEqual([500, 'scrape failed\n']);
    expect(String(errors)).toContain('/secret/path');
  });

  test('joins one that is under way', async () => {
    let collected = 0;
    const url = await serve(async () => {
      collected += 1;
      await new Promise((resolve) => setTimeout(resolve, 100));
      return SNAPSHOT;
    });
    await Promise.all(Array.from({ length: 10 }, () => fetch(url)));
    expect(collected).toBeLessThan(10);
  });

  test('beyond the places waits for one', async () => {
    const url = await serve(() => new Promise((resolve) => setTimeout(resolve, 200, SNAPSHOT)), {
      places: 4,
    });
    const answers = await Promise.all(Array.from({ length: 12 }, () => fetch(url)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  });

  test('beyond the places and those who wait gets 503', async () => {
    const url = await serve(() => new Promise((resolve) => setTimeout(resolve, 300, SNAPSHOT)), {
      places: 1,
    });
    const answers = await Promise.all(Array.from({ length: 30 }, () => fetch(url)));
    const refused = answers.filter(({ status }) => status === 503);
    expect(refused.length).toBeGreaterThanOrEqual(19);
    expect(await refused[0]?.text()).toBe('too many scrapes in flight\n');
    expect((await fetch(url)).status).toBe(200);
  });

  test('whose answer nobody reads is cut off, so that it holds no place for ever', async () => {
    // More than the kernel's buffers take.
    const help = 'x'.repeat(16 * 1024 * 1024);
    const families = [
      { name: 'big', type: 'gauge' as const, help, samples: [{ name: 'big', labels: [], value: 1 }] },
    ];
    const url = await serve(async () => ({ ...SNAPSHOT, families }), { readingMs: 250 });
    const headers = 'Host: x\r\nX-Prometheus-Scrape-Timeout-Seconds: 0.5';
    const { port } = new URL(url);
    const stalled = connect(Number(port), '127.0.0.1').pause();
    stalled.write(`GET /metrics HTTP/1.1\r\n${headers}\r\n\r\n`);
    const [, response] = (await once(server, 'request')) as [unknown, ServerResponse];
    await once(response, 'close');
    let received = 0;
    stalled.on('data', (bytes: Buffer) => (received += bytes.length)).resume();
    stalled.on('error', () => {});
    await once(stalled, 'close');
    expect(received).toBeLessThan(help.length);
  });
});
