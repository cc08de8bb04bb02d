// The same application in each framework, from the built packages:
// GET and POST /users/:id answer, /throws fails, /slow never answers, /stream never ends.
import { createServer } from 'node:http';

import { getRequestListener } from '@hono/node-server';
import { Router } from '@koa/router';
import { instrumentExpress } from '@promshard/http/express';
import { fastifyMetrics } from '@promshard/http/fastify';
import { honoMetrics } from '@promshard/http/hono';
import { koaMetrics } from '@promshard/http/koa';
import { instrumentServer, setRoute } from '@promshard/http/node-http';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import Koa from 'koa';

const fail = () => {
  throw new Error('thrown');
};
const never = () => new Promise(() => {});

export const FRAMEWORKS = {
  express(metrics) {
    const app = express();
    app.set('env', 'test');
    instrumentExpress(app, metrics);
    const users = express.Router();
    users.get('/:id', (_request, response) => response.send('user'));
    users.post('/:id', (_request, response) => response.status(201).send('made'));
    app.use('/users', users);
    app.get('/throws', fail);
    app.get('/slow', never);
    app.get('/stream', (_request, response) => response.write('four'));
    return createServer(app);
  },
  async fastify(metrics) {
    const app = fastify();
    await app.register(fastifyMetrics(metrics));
    await app.register(
      async (users) => {
        users.get('/:id', async () => 'user');
        users.post('/:id', async (_request, reply) => reply.code(201).send('made'));
      },
      { prefix: '/users' },
    );
    app.get('/throws', async () => fail());
    app.get('/slow', never);
    app.get('/stream', (_request, reply) => {
      reply.hijack();
      reply.raw.write('four');
    });
    await app.ready();
    return app.server;
  },
  hono(metrics) {
    const app = new Hono();
    app.use(honoMetrics(metrics));
    app.onError((_error, c) => c.text('error', 500));
    const users = new Hono();
    users.get('/:id', (c) => c.text('user'));
    users.post('/:id', (c) => c.text('made', 201));
    app.route('/users', users);
    app.get('/throws', fail);
    app.get('/slow', never);
    app.get('/stream', () => new Response(new ReadableStream({ start: (sink) => sink.enqueue(FOUR) })));
    const listener = getRequestListener(app.fetch);
    return createServer((request, response) => void listener(request, response));
  },
  koa(metrics) {
    const app = new Koa();
    app.silent = true;
    app.use(koaMetrics(metrics));
    const users = new Router({ prefix: '/users' });
    users.get('/:id', (context) => {
      context.body = 'user';
    });
    users.post('/:id', (context) => {
      context.status = 201;
      context.body = 'made';
    });
    const router = new Router();
    router.use(users.routes());
    router.get('/throws', fail);
    router.get('/slow', never);
    router.get('/stream', (context) => {
      context.respond = false;
      context.res.statusCode = 200;
      context.res.write('four');
    });
    app.use(router.routes());
    const callback = app.callback();
    return createServer((request, response) => void callback(request, response));
  },
  'node:http'(metrics) {
    const server = createServer((request, response) => {
      const { method, url } = request;
      if (/^\/users\/[^/?]+$/.test(url)) {
        setRoute(response, '/users/:id');
        if (method === 'POST') response.writeHead(201).end('made');
        else response.end('user');
      } else if (url === '/throws') response.writeHead(500).end('error');
      else if (url === '/stream') response.write('four');
      else if (url !== '/slow') response.writeHead(404).end('nowhere');
    });
    const fixed = new Set(['/throws', '/slow', '/stream']);
    instrumentServer(server, metrics, { route: ({ url }) => (fixed.has(url) ? url : undefined) });
    return server;
  },
};

const FOUR = new TextEncoder().encode('four');
