import fastify, { type FastifyInstance } from 'fastify';
import { expect, onTestFinished, test } from 'vitest';

import { fastifyMetrics } from '../src/fastify.js';
import { CountedHttp } from './counted.js';
import { send } from './serve.js';

async function start(
  declare: (app: FastifyInstance) => void | Promise<void>,
): Promise<{ http: CountedHttp; app: FastifyInstance; port: number }> {
  const http = new CountedHttp();
  const app = fastify();
  onTestFinished(() => app.close());
  await app.register(fastifyMetrics(http.metrics));
  await declare(app);
  await app.listen({ port: 0, host: '127.0.0.1' });
  return { http, app, port: (app.server.address() as { port: number }).port };
}

test('names routes of plugins with their prefixes, parameters too', async () => {
  const { http, port } = await start(async (app) => {
    await app.register(
      async (tenant) => {
        await tenant.register(async (users) => void users.get('/users/:id', async () => 'user'), {
          prefix: '/v1',
        });
        tenant.get('/', async () => 'tenant');
      },
      { prefix: '/t/:tenant' },
    );
    app.get('/files/*', async () => 'file');
  });
  for (const path of ['/t/acme/v1/users/7', '/t/acme', '/files/a/b/c.txt']) await send(port, 'GET', path);
  await send(port, 'HEAD', '/files/x');
  await expect
    .poll(() => http.requests())
    .toEqual({
      'GET /t/:tenant/v1/users/:id 2xx': 1,
      'GET /t/:tenant 2xx': 1,
      'GET /files/* 2xx': 1,
      'HEAD /files/* 2xx': 1,
    });
});

test('counts what no route matches as unmatched, whoever answers it', async () => {
  const { http, port } = await start(async (app) => {
    app.setNotFoundHandler(async (_request, reply) => reply.code(404).send('nothing'));
    await app.register(
      async (child) => {
        child.setNotFoundHandler(async (_request, reply) => reply.code(410).send('gone'));
      },
      { prefix: '/child' },
    );
    app.get('/calls', (_request, reply) => reply.callNotFound());
  });
  for (const path of ['/x', '/child/x', '/calls']) await send(port, 'GET', path);
  await expect.poll(() => http.requests()).toEqual({ 'GET unmatched 4xx': 2, 'GET /calls 4xx': 1 });
});

test('keeps the route where a hook answers, and where onError and error handlers do', async () => {
  const errors: string[] = [];
  const { http, port } = await start((app) => {
    app.addHook('onError', async (_request, _reply, error) => void errors.push(error.message));
    app.setErrorHandler(async (_error, _request, reply) => reply.code(503).send('down'));
    app.get(
      '/private/:id',
      { onRequest: async (_request, reply) => reply.code(401).send() },
      async () => 'secret',
    );
    app.get('/fails', async () => {
      throw new Error('thrown');
    });
    app.post('/checked', { schema: { body: { type: 'object', required: ['a'] } } }, async () => 'ok');
  });
  await send(port, 'GET', '/private/1');
  await send(port, 'GET', '/fails');
  await send(port, 'POST', '/checked');
  await expect
    .poll(() => http.requests())
    .toEqual({
      'GET /private/:id 4xx': 1,
      'GET /fails 5xx': 1,
      'POST /checked 5xx': 1,
    });
  expect(errors).toContain('thrown');
});

test('counts what Fastify refuses before it looks for a route', async () => {
  const { http, port } = await start((app) => void app.get('/users/:id', async () => 'user'));
  expect((await send(port, 'GET', '/users/%zz')).status).toBe(400);
  expect((await send(port, 'GET', `/users/${'x'.repeat(200)}`)).status).toBe(414);
  await expect.poll(() => http.requests()).toEqual({ 'GET unmatched 4xx': 2 });
});

test('counts requests of inject()', async () => {
  const { http, app } = await start((served) => {
    served.get('/users/:id', async () => 'user');
    served.get('/stream', async (_request, reply) => {
      reply.raw.write('one');
      reply.raw.end('three');
      return reply.hijack();
    });
  });
  expect((await app.inject('/users/1')).body).toBe('user');
  expect((await app.inject('/stream')).body).toBe('onethree');
  expect((await app.inject('/nowhere')).statusCode).toBe(404);
  expect((await app.inject('/metrics')).statusCode).toBe(404);
  await expect
    .poll(() => http.requests())
    .toEqual({
      'GET /users/:id 2xx': 1,
      'GET /stream 2xx': 1,
      'GET unmatched 4xx': 1,
    });
  expect(await http.sums('http_response_size_bytes')).toMatchObject({ 'GET /stream 2xx': 8 });
});

test('leaves paths out by what the client sent, before a rewrite', async () => {
  const http = new CountedHttp({ ignorePaths: ['/up'] });
  const app = fastify({ rewriteUrl: ({ url }) => (url === '/up' ? '/users/1' : '/up') });
  onTestFinished(() => app.close());
  await app.register(fastifyMetrics(http.metrics));
  for (const path of ['/users/:id', '/up']) app.get(path, async () => 'answer');
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as { port: number };
  for (const path of ['/up', '/users/1']) await send(port, 'GET', path);
  await expect.poll(() => http.requests()).toEqual({ 'GET /up 2xx': 1 });
});
