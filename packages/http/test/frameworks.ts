import { createServer, type Server } from 'node:http';

import { Router } from '@koa/router';
import { getRequestListener } from '@hono/node-server';
import express from 'express';
import express4 from 'express-4';
import fastify from 'fastify';
import { Hono } from 'hono';
import Koa from 'koa';

import { instrumentExpress } from '../src/express.js';
import { fastifyMetrics } from '../src/fastify.js';
import { honoMetrics } from '../src/hono.js';
import type { HttpMetrics } from '../src/index.js';
import { koaMetrics } from '../src/koa.js';
import { instrumentServer, setRoute } from '../src/node-http.js';

/**
 * Each framework with the same application:
 *
 * - `GET /users/:id` answers `user`, `POST` 201 with the length of the body;
 * - `GET /slow` never answers, `GET /stream` writes four bytes and goes on for ever;
 * - `GET /throws` throws, `GET /breaks` throws after it has written;
 * - `GET /large` answers 20 MB.
 */
export const FRAMEWORKS: Readonly<Record<string, (metrics: HttpMetrics) => Server | Promise<Server>>> = {
  'Express 5': (metrics) => expressServer(express(), metrics),
  'Express 4': (metrics) => expressServer(express4(), metrics),
  Fastify: fastifyServer,
  Hono: honoServer,
  Koa: koaServer,
  'node:http': nodeServer,
};

/** What `GET /large` answers. */
export const LARGE: Buffer = Buffer.alloc(20_000_000, 'x');

function expressServer(app: ReturnType<typeof express>, metrics: HttpMetrics): Server {
  instrumentExpress(app, metrics);
  app.set('env', 'test');
  app.get('/users/:id', (_request, response) => void response.send('user'));
  app.post('/users/:id', (request, response) => {
    let length = 0;
    request
      .on('data', (chunk: Buffer) => (length += chunk.length))
      .on('end', () => response.status(201).send(String(length)));
  });
  app.get('/slow', () => {});
  app.get('/stream', (_request, response) => void response.write('four'));
  app.get('/throws', () => {
    throw new Error('thrown');
  });
  app.get('/breaks', (_request, response) => {
    response.write('four');
    throw new Error('thrown');
  });
  app.get('/large', (_request, response) => void response.end(LARGE));
  return createServer(app);
}

async function fastifyServer(metrics: HttpMetrics): Promise<Server> {
  const app = fastify();
  await app.register(fastifyMetrics(metrics));
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.get('/users/:id', async () => 'user');
  app.post('/users/:id', async (request, reply) =>
    reply.code(201).send(String((request.body as string).length)),
  );
  app.get('/slow', (_request, reply) => void reply.hijack());
  app.get('/stream', (_request, reply) => {
    reply.hijack();
    reply.raw.write('four');
  });
  app.get('/throws', async () => {
    throw new Error('thrown');
  });
  app.get('/breaks', (_request, reply) => {
    reply.hijack();
    reply.raw.write('four');
    reply.raw.destroy(new Error('thrown'));
  });
  app.get('/large', async (_request, reply) => reply.send(LARGE));
  await app.ready();
  return app.server;
}

function honoServer(metrics: HttpMetrics): Server {
  const app = new Hono();
  app.use(honoMetrics(metrics));
  app.onError((_error, c) => c.text('error', 500));
  app.get('/users/:id', (c) => c.text('user'));
  app.post('/users/:id', async (c) => c.text(String((await c.req.text()).length), 201));
  app.get('/slow', () => new Promise<never>(() => {}));
  app.get('/stream', () => new Response(new ReadableStream({ start: (sink) => sink.enqueue(FOUR) })));
  app.get('/throws', () => {
    throw new Error('thrown');
  });
  app.get('/breaks', () => {
    let pulls = 0;
    return new Response(
      new ReadableStream({
        async pull(sink) {
          if (pulls++ === 0) sink.enqueue(FOUR);
          else {
            // Not in the turn of the first chunk: that is answered with 500, since nothing has been sent.
            await new Promise((resolve) => setTimeout(resolve, 50));
            sink.error(new Error('thrown'));
          }
        },
      }),
    );
  });
  app.get('/large', () => new Response(LARGE));
  const listener = getRequestListener(app.fetch);
  return createServer((request, response) => void listener(request, response));
}

const FOUR = new TextEncoder().encode('four');

function koaServer(metrics: HttpMetrics): Server {
  const app = new Koa();
  app.silent = true;
  app.use(koaMetrics(metrics));
  const router = new Router();
  router.get('/users/:id', (context) => {
    context.body = 'user';
  });
  router.post('/users/:id', async (context) => {
    let length = 0;
    for await (const chunk of context.req) length += (chunk as Buffer).length;
    context.status = 201;
    context.body = String(length);
  });
  router.get('/slow', () => new Promise<never>(() => {}));
  router.get('/stream', (context) => {
    context.respond = false;
    context.res.statusCode = 200;
    context.res.write('four');
  });
  router.get('/throws', () => {
    throw new Error('thrown');
  });
  router.get('/breaks', (context) => {
    context.respond = false;
    context.res.write('four');
    context.res.destroy(new Error('thrown'));
  });
  router.get('/large', (context) => {
    context.body = LARGE;
  });
  app.use(router.routes()).use(router.allowedMethods());
  const callback = app.callback();
  return createServer((request, response) => void callback(request, response));
}

function nodeServer(metrics: HttpMetrics): Server {
  const server = createServer((request, response) => {
    const { method = '', url = '' } = request;
    if (/^\/users\/[^/]+$/.test(url) && (method === 'GET' || method === 'HEAD' || method === 'POST')) {
      setRoute(response, '/users/:id');
      if (method !== 'POST') response.end('user');
      else {
        let length = 0;
        request
          .on('data', (chunk: Buffer) => (length += chunk.length))
          .on('end', () => response.writeHead(201).end(String(length)));
      }
    } else if (url === '/stream') response.write('four');
    else if (url === '/throws') response.writeHead(500).end('error');
    else if (url === '/breaks') {
      response.write('four');
      response.destroy(new Error('thrown'));
    } else if (url === '/large') response.end(LARGE);
    else if (url !== '/slow') response.writeHead(404).end('not found');
  });
  const fixed = new Set(['/slow', '/stream', '/throws', '/breaks', '/large']);
  instrumentServer(server, metrics, {
    route: ({ url = '' }) => (fixed.has(url) ? url : undefined),
  });
  return server;
}
