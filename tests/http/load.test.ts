import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { createAggregator } from '@promshard/aggregator';
import { describe, expect, onTestFinished, test } from 'vitest';

import { temporaryDirectory } from '../support/temporary-directory.js';
import { openConnection, requestHead, sendAll } from './pipelining-client.js';

const SERVER = fileURLToPath(new URL('clustered-server.mjs', import.meta.url));
const NAMES = ['express', 'fastify', 'hono', 'koa', 'node:http'];

const GETS = 1500;
const POSTS = 300;
const THROWS = 100;
const RANDOM_URLS = 10_000;
const LEAVING = 40;

/** Requests by `METHOD route class` over all workers where there are any, and what is in flight if anything is. */
async function countedIn(dir: string): Promise<Record<string, number>> {
  const { families } = await createAggregator({ dir }).collect();
  const counts: Record<string, number> = {};
  for (const { name, samples } of families)
    for (const { labels, value } of samples) {
      const { method, route, status_class } = Object.fromEntries(labels);
      if (name === 'http_requests' && value !== 0) counts[`${method} ${route} ${status_class}`] = value;
      if (name === 'http_requests_in_flight' && value !== 0) counts[`in flight ${method}`] = value;
    }
  return counts;
}

async function startServer(framework: string, dir: string): Promise<{ child: ChildProcess; port: number }> {
  const child = spawn(process.execPath, [SERVER, framework, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGTERM'));
  const [port] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
  return { child, port: Number(port) };
}

/** Clients that send a request and go away, half of them with a reset. */
async function leave(port: number, path: string): Promise<void> {
  await Promise.all(
    Array.from({ length: LEAVING }, async (_, i) => {
      const socket = await openConnection(port);
      const begun =
        path === '/stream' ? once(socket, 'data') : new Promise((resolve) => setTimeout(resolve, 100));
      socket.write(requestHead('GET', path));
      await begun;
      if (i % 2 === 0) socket.destroy();
      else socket.resetAndDestroy();
    }),
  );
}

describe.each(NAMES)('two workers of %s under load', (framework) => {
  test('count what was sent, by route and class, aborted requests too; killed, they have still counted it', async () => {
    const dir = temporaryDirectory();
    const { child, port } = await startServer(framework, dir);
    const requests = [
      ...Array.from({ length: GETS }, (_, i) => requestHead('GET', `/users/${i}`)),
      ...Array.from({ length: POSTS }, (_, i) => requestHead('POST', `/users/${i}`)),
      ...Array.from({ length: THROWS }, () => requestHead('GET', '/throws')),
      ...Array.from({ length: RANDOM_URLS }, () => requestHead('GET', randomPath())),
      requestHead('GET', '/metrics'),
    ];
    const [answered] = await Promise.all([
      sendAll(port, shuffled(requests), 8),
      leave(port, '/slow'),
      leave(port, '/stream'),
    ]);
    expect(answered).toEqual({ 2: GETS + POSTS, 4: RANDOM_URLS + 1, 5: THROWS });
    const sent = {
      'GET /users/:id 2xx': GETS,
      'POST /users/:id 2xx': POSTS,
      'GET /throws 5xx': THROWS,
      'GET unmatched 4xx': RANDOM_URLS,
      'GET /slow aborted': LEAVING,
      'GET /stream aborted': LEAVING,
    };
    await expect.poll(() => countedIn(dir), { timeout: 20_000, interval: 200 }).toEqual(sent);
    child.kill('SIGTERM');
    await once(child, 'exit');
    expect(await countedIn(dir)).toEqual(sent);
  });
});

function randomPath(): string {
  const depth = 1 + Math.floor(Math.random() * 3);
  const names = Array.from({ length: depth }, () => `r${Math.random().toString(36).slice(2)}`);
  return `/${names.join('/')}?q=${Math.random()}`;
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, at: Math.random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
