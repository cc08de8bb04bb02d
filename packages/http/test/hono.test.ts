import { createServer } from 'node:http';

import { createAdaptorServer, getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { cors } from 'hono/cors';
import { describe, expect, test } from 'vitest';

import { honoMetrics } from '../src/hono.js';
import { CountedHttp, settled } from './counted.js';
import { listen, send, sendAll } from './serve.js';

/** Both ways in which an application is asked: over a socket, and without one. */
const WAYS = {
  '@hono/node-server': async (app: Hono, requests: readonly string[]) => {
    const listener = getRequestListener(app.fetch);
    const port = await listen(createServer((request, response) => void listener(request, response)));
    await sendAll(port, requests);
  },
  'app.request()': async (app: Hono, requests: readonly string[]) => {
    for (const each of requests) {
      const [method = '', path = ''] = each.split(' ');
      try {
        await app.request(path, { method });
      } catch {
        // What Hono does not catch is for the server to answer.
      }
    }
  },
};

describe.each(Object.entries(WAYS))('%s', (_name, ask) => {
  async function count(
    requests: readonly string[],
    declare: (app: Hono) => void,
  ): Promise<Record<string, number>> {
    const http = new CountedHttp();
    const app = new Hono();
    app.use(honoMetrics(http.metrics));
    app.onError((_error, c) => c.text('error', 500));
    declare(app);
    await ask(app, requests);
    return settled(http, requests.length);
  }

  test('names routes of applications in applications', async () => {
    const requests = [
      'GET /t/acme/users/7',
      'GET /t/acme/users/me',
      'HEAD /t/acme/users/7',
      'GET /t/acme/nowhere',
    ];
    const counted = await count(requests, (app) => {
      const users = new Hono();
      users.get('/me', (c) => c.text('me'));
      users.get('/:id', (c) => c.text('user'));
      const tenant = new Hono().basePath('/t/:tenant');
      tenant.route('/users', users);
      app.route('/', tenant);
    });
    expect(counted).toEqual({
      'GET /t/:tenant/users/:id 2xx': 1,
      'GET /t/:tenant/users/me 2xx': 1,
      'HEAD /t/:tenant/users/:id 2xx': 1,
      'GET unmatched 4xx': 1,
    });
  });

  test('names the route that a middleware answers for', async () => {
    const requests = ['GET /api/users/7', 'GET /api/nowhere', 'OPTIONS /api/users/7'];
    const counted = await count(requests, (app) => {
      app.use('/api/*', cors());
      app.use('/api/*', async (c, _next) => c.text('who are you?', 401));
      app.get('/api/users/:id', (c) => c.text('user'));
    });
    expect(counted).toEqual({
      'GET /api/users/:id 4xx': 1,
      'GET /api/* 4xx': 1,
      'OPTIONS /api/* 2xx': 1,
    });
  });

  test('names middlewares that answer by their path, and not those that only look', async () => {
    const requests = ['GET /static/logo.svg', 'GET /static/none', 'GET /mounted/x', 'GET /random'];
    const counted = await count(requests, (app) => {
      app.use('*', async (_c, next) => next());
      app.use('/static/*', async (c, next) => (c.req.path.endsWith('.svg') ? c.text('logo') : next()));
      app.mount('/mounted', () => new Response('mounted'));
    });
    expect(counted).toEqual({
      'GET /static/* 2xx': 1,
      'GET /mounted/* 2xx': 1,
      'GET unmatched 4xx': 2,
    });
  });

  test('names routes for all methods, wildcards, optional parameters and expressions', async () => {
    const requests = [
      'PUT /all',
      'GET /files/a/b',
      'GET /maybe',
      'GET /maybe/1',
      'GET /n/42',
      'PURGE /cache',
    ];
    const counted = await count(requests, (app) => {
      app.all('/all', (c) => c.text('all'));
      app.get('/files/*', (c) => c.text('file', 404));
      app.get('/maybe/:id?', (c) => c.text('maybe'));
      app.get('/n/:id{[0-9]+}', (c) => c.text('number'));
      app.on('PURGE', '/cache', (c) => c.text('purged'));
    });
    expect(counted).toEqual({
      'PUT /all 2xx': 1,
      'GET /files/* 4xx': 1,
      'GET /maybe/:id? 2xx': 2,
      'GET /n/:id{[0-9]+} 2xx': 1,
      'other /cache 2xx': 1,
    });
  });

  test('keeps the route of thrown errors, of an application’s own onError, and of what is no Error', async () => {
    const counted = await count(['GET /throws/1', 'GET /sub/throws/1', 'GET /odd/1'], (app) => {
      app.get('/throws/:id', () => {
        throw new Error('thrown');
      });
      const sub = new Hono();
      sub.onError((_error, c) => c.text('teapot', 418));
      sub.get('/throws/:id', () => {
        throw new Error('thrown');
      });
      app.route('/sub', sub);
      app.get('/odd/:id', () => {
        // oxlint-disable-next-line typescript/only-throw-error -- Hono lets it pass.
        throw 'thrown';
      });
    });
    expect(counted).toEqual({
      'GET /throws/:id 5xx': 1,
      'GET /sub/throws/:id 4xx': 1,
      'GET /odd/:id 5xx': 1,
    });
  });

  test('has the answer of notFound() as unmatched', async () => {
    const counted = await count(['GET /x', 'GET /y'], (app) => {
      app.notFound((c) => c.text('index'));
    });
    expect(counted).toEqual({ 'GET unmatched 2xx': 2 });
  });

  test('leaves metrics and health out', async () => {
    const counted = await count(['GET /x'], (app) => void app.get('/metrics', (c) => c.text('# EOF')));
    expect(counted).toEqual({ 'GET unmatched 4xx': 1 });
  });
});

test('takes the size that content-length says where there is no socket', async () => {
  const http = new CountedHttp();
  const app = new Hono();
  app.use(honoMetrics(http.metrics));
  app.get('/said', (c) => c.text('four', 200, { 'content-length': '4' }));
  app.get('/wrong', (c) => c.text('four', 200, { 'content-length': 'four' }));
  app.get('/unsaid', (c) => c.text('four'));
  await app.request('/said');
  await app.request('/said', { method: 'HEAD' });
  await app.request('/wrong');
  await app.request('/unsaid');
  await app.request('/metrics');
  expect(await http.sums('http_response_size_bytes')).toEqual({
    'GET /said 2xx': 4,
    'HEAD /said 2xx': 0,
    'GET /wrong 2xx': 0,
    'GET /unsaid 2xx': 0,
  });
  expect(await http.requests()).toEqual({
    'GET /said 2xx': 1,
    'HEAD /said 2xx': 1,
    'GET /wrong 2xx': 1,
    'GET /unsaid 2xx': 1,
  });
});

test('counts on the server that @hono/node-server makes', async () => {
  const http = new CountedHttp();
  const app = new Hono();
  app.use(honoMetrics(http.metrics));
  app.get('/users/:id', (c) => c.json({ name: 'Ana' }));
  const port = await listen(createAdaptorServer({ fetch: app.fetch }) as ReturnType<typeof createServer>);
  expect(await send(port, 'GET', '/users/7')).toEqual({ status: 200, body: '{"name":"Ana"}' });
  await expect.poll(() => http.sums('http_response_size_bytes')).toEqual({ 'GET /users/:id 2xx': 14 });
});
