import express from 'express';
import fastify from 'fastify';
import { expect, onTestFinished, test } from 'vitest';

import { expressQueryProxy } from '../src/express.js';
import { fastifyQueryProxy } from '../src/fastify.js';
import { createQueryProxy, oneOf, type QueryProxyOptions } from '../src/index.js';
import { ANSWER, serve } from './serve.js';

const options = {
  queries: { depth: { expression: 'queue_depth{queue=$queue}', parameters: { queue: oneOf(['mail']) } } },
  basePath: '/api/metrics',
  authorize: (request: Request) =>
    request.headers.get('cookie') === 'session=1'
      ? []
      : new Response('log in', {
          status: 401,
          headers: [
            ['set-cookie', 'a=1'],
            ['set-cookie', 'b=2'],
          ],
        }),
} satisfies Partial<QueryProxyOptions>;

const frameworks: Record<string, (upstream: string) => Promise<string>> = {
  express: (upstream) => {
    const app = express();
    app.use('/api/metrics', expressQueryProxy(createQueryProxy({ ...options, upstream: { url: upstream } })));
    return serve(app);
  },
  'node:http': (upstream) =>
    serve(expressQueryProxy(createQueryProxy({ ...options, upstream: { url: upstream } }))),
  fastify: async (upstream) => {
    const app = fastify();
    onTestFinished(() => app.close());
    const proxy = createQueryProxy({ ...options, upstream: { url: upstream } });
    await app.register(fastifyQueryProxy(proxy), { prefix: '/api/metrics' });
    return app.listen({ port: 0, host: '127.0.0.1' });
  },
};

test.each(Object.entries(frameworks))('%s serves a proxy under its base path', async (_name, start) => {
  const upstream = await serve((_request, response) => response.end(ANSWER));
  const base = `${await start(upstream)}/api/metrics`;
  const headers = { cookie: 'session=1' };

  const answer = await fetch(`${base}/query?name=depth&queue=mail`, { headers });
  expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
    200,
    'application/json',
    ANSWER,
  ]);
  const refused = await fetch(`${base}/query?name=depth&queue=mail`);
  expect([refused.status, refused.headers.getSetCookie()]).toEqual([401, ['a=1', 'b=2']]);
  expect((await fetch(`${base}/query?name=depth&queue=a%00%ff`, { headers })).status).toBe(400);
  expect((await fetch(`${base}/nothing`, { headers })).status).toBe(404);
  expect((await fetch(`${base}/query`, { method: 'DELETE' })).status).toBe(405);
  expect((await fetch(`${base}/health`)).status).toBe(200);
  expect(((await (await fetch(`${base}/openapi.json`)).json()) as { openapi: string }).openapi).toBe('3.1.0');
});

test.each(Object.entries(frameworks))(
  '%s ends the query of a client that goes away',
  async (_name, start) => {
    let asked = false;
    let ended = false;
    const upstream = await serve((request) => {
      asked = true;
      request.socket.once('close', () => {
        ended = true;
      });
    });
    const base = `${await start(upstream)}/api/metrics`;
    const gone = new AbortController();
    const answer = fetch(`${base}/query?name=depth&queue=mail`, {
      headers: { cookie: 'session=1' },
      signal: gone.signal,
    });
    await expect.poll(() => asked).toBe(true);
    gone.abort();
    await expect(answer).rejects.toThrow();
    await expect.poll(() => ended, { timeout: 10_000 }).toBe(true);
  },
);
