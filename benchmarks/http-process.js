// http-process.js <framework> <candidate>: one server in a process of its own, as in production, so that nothing which one
// candidate does to the optimiser is another's. It answers batches of requests on demand, and says what they cost.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { getRequestListener } from '@hono/node-server';
import { prometheus } from '@hono/prometheus';
import { Router } from '@koa/router';
import { createHttpMetrics } from '@promshard/http';
import { instrumentExpress } from '@promshard/http/express';
import { fastifyMetrics } from '@promshard/http/fastify';
import { honoMetrics } from '@promshard/http/hono';
import { koaMetrics } from '@promshard/http/koa';
import { instrumentServer, setRoute } from '@promshard/http/node-http';
import { openShardStore } from '@promshard/writer';
import express from 'express';
import promBundle from 'express-prom-bundle';
import fastify from 'fastify';
import peerFastifyMetrics from 'fastify-metrics';
import { Hono } from 'hono';
import Koa from 'koa';
import { register, Registry } from 'prom-client';

import { connectInMemory } from './memory-connection.js';

/** For each framework: a server, how ours is added, and how the peer is. */
const FRAMEWORKS = {
  Express: {
    async make(use) {
      const app = express();
      await use(app);
      const users = express.Router();
      users.get('/:id', (_request, response) => response.send('user'));
      app.use('/users', users);
      return createServer(app);
    },
    ours: instrumentExpress,
    peer: (app, registry) =>
      app.use(
        promBundle({
          includeMethod: true,
          includePath: true,
          includeUp: false,
          autoregister: false,
          promRegistry: registry,
        }),
      ),
  },
  Fastify: {
    async make(use) {
      const app = fastify();
      await use(app);
      app.get('/users/:id', async () => 'user');
      await app.ready();
      return app.server;
    },
    ours: (app, metrics) => app.register(fastifyMetrics(metrics)),
    peer: (app, registry) =>
      app.register(peerFastifyMetrics.default ?? peerFastifyMetrics, {
        endpoint: null,
        defaultMetrics: { enabled: false },
        routeMetrics: {
          // Its summary of sliding windows would cost more than all the rest.
          enabled: { histogram: true, summary: false },
          groupStatusCodes: true,
          overrides: { histogram: { registers: [registry] } },
        },
      }),
  },
  Hono: {
    async make(use) {
      const app = new Hono();
      await use(app);
      app.get('/users/:id', (c) => c.text('user'));
      const listener = getRequestListener(app.fetch);
      return createServer((request, response) => void listener(request, response));
    },
    ours: (app, metrics) => app.use(honoMetrics(metrics)),
    peer: (app, registry) => app.use('*', prometheus({ registry }).registerMetrics),
  },
  Koa: {
    async make(use) {
      const app = new Koa();
      await use(app);
      const router = new Router();
      router.get('/users/:id', (context) => {
        context.body = 'user';
      });
      app.use(router.routes());
      const callback = app.callback();
      return createServer((request, response) => void callback(request, response));
    },
    ours: (app, metrics) => app.use(koaMetrics(metrics)),
  },
  'node:http': {
    async make(use) {
      const server = createServer((request, response) => {
        if (request.url.startsWith('/users/')) setRoute(response, '/users/:id');
        response.end('user');
      });
      await use(server);
      return server;
    },
    ours: (server, metrics) => instrumentServer(server, metrics),
  },
};

const requests = Array.from({ length: 16 }, (_, i) =>
  Buffer.from(
    `GET /users/${i} HTTP/1.1\r\nhost: a.example.com\r\nuser-agent: benchmark\r\naccept: */*\r\n\r\n`,
  ),
);

const [framework, candidate] = process.argv.slice(2);
const { make, ours, peer } = FRAMEWORKS[framework];
const registry = new Registry();
const dir = mkdtempSync(join(tmpdir(), 'promshard-bench-'));
const store = candidate === 'shards' ? openShardStore({ dir }) : undefined;
const server = await make(async (app) => {
  if (candidate === 'shards') await ours(app, createHttpMetrics());
  if (candidate === 'registry') await ours(app, createHttpMetrics({ registry }));
  if (candidate === 'peer') await peer(app, registry);
});
const send = connectInMemory(server);

process.on('message', ({ batch, end }) => void (end ? leave() : measure(batch)));
process.send('ready');

async function measure(batch) {
  const before = process.cpuUsage();
  await send(requests, batch);
  const { user, system } = process.cpuUsage(before);
  process.send({ micros: (user + system) / batch });
}

async function leave() {
  process.send({ counted: await counted() });
  store?.close();
  rmSync(dir, { recursive: true, force: true });
  process.disconnect();
}

/** Requests that the metrics say there were. */
async function counted() {
  const metrics = await (candidate === 'shards' ? register : registry).getMetricsAsJSON();
  const duration = metrics.find(({ name }) => name === 'http_request_duration_seconds');
  return (duration?.values ?? [])
    .filter(({ metricName }) => metricName === 'http_request_duration_seconds_count')
    .reduce((sum, { value }) => sum + value, 0);
}
