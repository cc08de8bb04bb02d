import { Router } from '@koa/router';
import Koa from 'koa';
import mount from 'koa-mount';
import { expect, test } from 'vitest';

import { koaMetrics } from '../src/koa.js';
import { CountedHttp, settled } from './counted.js';
import { sendAll, serve } from './serve.js';

async function count(
  requests: readonly string[],
  declare: (app: Koa) => void,
): Promise<Record<string, number>> {
  const http = new CountedHttp();
  const app = new Koa();
  app.silent = true;
  app.use(koaMetrics(http.metrics));
  declare(app);
  const callback = app.callback();
  const port = await serve((request, response) => void callback(request, response));
  await sendAll(port, requests);
  return settled(http, requests.length);
}

test('names routes of nested routers with their prefixes', async () => {
  const counted = await count(
    ['GET /t/acme/users/7/posts/8', 'GET /t/acme/users/7', 'GET /t/acme/x'],
    (app) => {
      const posts = new Router().get('/posts/:post', (context) => void (context.body = 'post'));
      const users = new Router({ prefix: '/users' });
      users.get('/:user', (context) => void (context.body = 'user'));
      users.use('/:user', posts.routes());
      const tenant = new Router({ prefix: '/t/:tenant' });
      tenant.use(users.routes());
      app.use(tenant.routes()).use(tenant.allowedMethods());
    },
  );
  expect(counted).toEqual({
    'GET /t/:tenant/users/:user/posts/:post 2xx': 1,
    'GET /t/:tenant/users/:user 2xx': 1,
    'GET unmatched 4xx': 1,
  });
});

test('names the route that a middleware of its router answers for', async () => {
  const counted = await count(['GET /api/users/7', 'GET /api/nowhere'], (app) => {
    const api = new Router({ prefix: '/api' });
    api.use((context) => void (context.status = 401));
    api.get('/users/:id', (context) => void (context.body = 'user'));
    app.use(api.routes());
  });
  expect(counted).toEqual({ 'GET /api/users/:id 4xx': 1, 'GET unmatched 4xx': 1 });
});

test('names routes for all methods, arrays of paths and regular expressions', async () => {
  const counted = await count(['PUT /all', 'GET /a/1', 'GET /b/1', 'GET /x42'], (app) => {
    const router = new Router();
    router.all('/all', (context) => void (context.body = 'all'));
    router.get(['/a/:id', '/b/:id'], (context) => void (context.body = 'either'));
    router.get(/^\/x\d+$/, (context) => void (context.body = 'x'));
    app.use(router.routes());
  });
  expect(counted).toEqual({
    'PUT /all 2xx': 1,
    'GET /a/:id 2xx': 1,
    'GET /b/:id 2xx': 1,
    'GET /^\\/x\\d+$/ 2xx': 1,
  });
});

test('counts a method that no route has as unmatched, also where allowedMethods() answers', async () => {
  const counted = await count(['OPTIONS /users/7', 'DELETE /users/7', 'HEAD /users/7'], (app) => {
    const router = new Router().get('/users/:id', (context) => void (context.body = 'user'));
    app.use(router.routes()).use(router.allowedMethods());
  });
  expect(counted).toEqual({
    'OPTIONS unmatched 2xx': 1,
    'DELETE unmatched 4xx': 1,
    'HEAD /users/:id 2xx': 1,
  });
});

test('takes the route that answered of several routers, and the last of those that pass on', async () => {
  const counted = await count(['GET /one/1', 'GET /two/2', 'GET /both/3'], (app) => {
    const one = new Router().get('/one/:id', (context) => void (context.body = 'one'));
    one.get('/both/:one', async (_context, next) => next());
    const two = new Router().get('/two/:id', (context) => void (context.body = 'two'));
    two.get('/both/:two', (context) => void (context.body = 'both'));
    app.use(one.routes()).use(two.routes());
  });
  expect(counted).toEqual({ 'GET /one/:id 2xx': 1, 'GET /two/:id 2xx': 1, 'GET /both/:two 2xx': 1 });
});

test('keeps the route of thrown errors, with their status', async () => {
  const counted = await count(['GET /throws/418', 'GET /throws/0', 'GET /middleware'], (app) => {
    app.use(async (context, next) => {
      if (context.path === '/middleware') throw new Error('thrown');
      await next();
    });
    const router = new Router().get('/throws/:code', (context) => {
      const code = Number(context.params['code']);
      if (code > 0) context.throw(code, 'refused');
      throw new Error('thrown');
    });
    app.use(router.routes());
  });
  expect(counted).toEqual({ 'GET /throws/:code 4xx': 1, 'GET /throws/:code 5xx': 1, 'GET unmatched 5xx': 1 });
});

test('has no prefix of koa-mount, which routers do not know of', async () => {
  const counted = await count(['GET /mounted/users/7'], (app) => {
    const router = new Router().get('/users/:id', (context) => void (context.body = 'user'));
    app.use(mount('/mounted', router.routes()));
  });
  expect(counted).toEqual({ 'GET /users/:id 2xx': 1 });
});
