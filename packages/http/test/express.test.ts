import express from 'express';
import express4 from 'express-4';
import OldRouter from 'router-2-2';
import { describe, expect, test } from 'vitest';

import { type ExpressLike, instrumentExpress } from '../src/express.js';
import { HttpMetricsError } from '../src/index.js';
import { CountedHttp, settled } from './counted.js';
import { send, sendAll, serve } from './serve.js';

type Application = ReturnType<typeof express>;

describe.each([
  ['Express 5', express],
  ['Express 4', express4],
])('%s', (name, create) => {
  /** Serves what `declare` adds; the answer is what was counted for the requests, each `METHOD path`. */
  async function count(
    requests: readonly string[],
    declare: (app: Application, http: CountedHttp) => void,
  ): Promise<Record<string, number>> {
    const http = new CountedHttp();
    const app = create();
    app.set('env', 'test');
    instrumentExpress(app, http.metrics);
    declare(app, http);
    const port = await serve(app);
    await sendAll(port, requests);
    return settled(http, requests.length);
  }

  test('names routes of nested routers by their templates, and never by the values', async () => {
    const counted = await count(
      ['GET /users/123/posts/45', 'GET /users/7/posts', 'GET /users/posts/posts'],
      (app) => {
        const posts = create.Router({ mergeParams: true });
        posts.get('/', (_request, response) => void response.send('posts'));
        posts.get('/:post', (request, response) => void response.send(request.params));
        const users = create.Router();
        users.use('/:user/posts', posts);
        app.use('/users', users);
      },
    );
    expect(counted).toEqual({ 'GET /users/:user/posts/:post 2xx': 1, 'GET /users/:user/posts 2xx': 2 });
  });

  test('tells the mounts of one router apart', async () => {
    const counted = await count(['GET /v1/items/1', 'GET /v2/items/1', 'GET /v2/items/2'], (app) => {
      const items = create.Router();
      items.get('/items/:id', (_request, response) => void response.send('item'));
      app.use('/v1', items);
      app.use('/v2', (request, response, next) => items(request, response, next));
    });
    expect(counted).toEqual({ 'GET /v1/items/:id 2xx': 1, 'GET /v2/items/:id 2xx': 2 });
  });

  test('names routes of mounted applications', async () => {
    const counted = await count(['GET /t/acme/admin/users/1', 'GET /t/acme/admin/nowhere'], (app) => {
      const admin = create();
      admin.get('/users/:id', (_request, response) => void response.send('user'));
      const tenant = create();
      tenant.use('/admin', admin);
      app.use('/t/:tenant', tenant);
    });
    expect(counted).toEqual({ 'GET /t/:tenant/admin/users/:id 2xx': 1, 'GET unmatched 4xx': 1 });
  });

  test('knows routers that were filled before it was there', async () => {
    const http = new CountedHttp();
    const inner = create.Router();
    inner.get('/b/:b', (_request, response) => void response.send('b'));
    const outer = create.Router();
    outer.use('/a/:a', inner);
    const app = create();
    app.use('/outer', outer);
    instrumentExpress(app, http.metrics);
    await send(await serve(app), 'GET', '/outer/a/1/b/2');
    await expect.poll(() => http.requests()).toEqual({ 'GET /outer/a/:a/b/:b 2xx': 1 });
  });

  test('names router.route(), app.all() and regular expressions', async () => {
    const requests = ['PUT /things/1', 'DELETE /things/1', 'PATCH /all', 'GET /x42', 'GET /r/abc/tail'];
    const counted = await count(requests, (app) => {
      app
        .route('/things/:id')
        .put((_request, response) => void response.send('put'))
        .delete((_request, response) => void response.sendStatus(204));
      app.all('/all', (_request, response) => void response.send('all'));
      app.get(/^\/x\d+$/, (_request, response) => void response.send('x'));
      const tail = create.Router();
      tail.get('/tail', (_request, response) => void response.send('tail'));
      app.use(/^\/r\/[a-z]+/, tail);
    });
    expect(counted).toEqual({
      'PUT /things/:id 2xx': 1,
      'DELETE /things/:id 2xx': 1,
      'PATCH /all 2xx': 1,
      'GET /^\\/x\\d+$/ 2xx': 1,
      'GET /^\\/r\\/[a-z]+//tail 2xx': 1,
    });
  });

  test('names the path of an array that matched, or all of them where Express 4 does not say', async () => {
    const requests = ['GET /a/1', 'GET /b/1', 'GET /en/page', 'GET /fr/page'];
    const counted = await count(requests, (app) => {
      app.get(['/a/:id', '/b/:id'], (_request, response) => void response.send('a'));
      const pages = create.Router();
      pages.get('/page', (_request, response) => void response.send('page'));
      app.use(['/en', '/fr'], pages);
    });
    expect(counted).toEqual(
      name === 'Express 5'
        ? { 'GET /a/:id 2xx': 1, 'GET /b/:id 2xx': 1, 'GET /en/page 2xx': 1, 'GET /fr/page 2xx': 1 }
        : { 'GET /a/:id|/b/:id 2xx': 2, 'GET /en|/fr/page 2xx': 2 },
    );
  });

  test('keeps the route of an error that is answered outside of its router', async () => {
    const counted = await count(['GET /api/fails/1', 'GET /api/rejects/1'], (app) => {
      const api = create.Router();
      api.get('/fails/:id', () => {
        throw new Error('thrown');
      });
      api.get(
        '/rejects/:id',
        (_request, _response, next) => void setImmediate(() => next(new Error('passed on'))),
      );
      app.use('/api', api);
      const answer: express.ErrorRequestHandler = (_error, _request, response, _next) => {
        response.sendStatus(503);
      };
      app.use('/api', answer);
    });
    expect(counted).toEqual({ 'GET /api/fails/:id 5xx': 1, 'GET /api/rejects/:id 5xx': 1 });
  });

  test('names what a middleware answers by its mount', async () => {
    const requests = ['GET /static/logo.svg', 'GET /api/users/1', 'GET /api/nowhere', 'GET /other'];
    const counted = await count(requests, (app) => {
      app.use('/static', (_request, response) => void response.send('file'));
      const api = create.Router();
      api.use((_request, response) => void response.sendStatus(401));
      api.get('/users/:id', (_request, response) => void response.send('user'));
      app.use('/api', api);
    });
    expect(counted).toEqual({ 'GET /static/* 2xx': 1, 'GET /api/* 4xx': 2, 'GET unmatched 4xx': 1 });
  });

  test('takes the last route for one that passes the request on, and none after it left a mount', async () => {
    const requests = ['GET /users/me', 'GET /users/7', 'GET /api/nowhere'];
    const counted = await count(requests, (app) => {
      app.get('/users/me', (_request, _response, next) => next('route'));
      app.get('/users/:id', (_request, response) => void response.send('user'));
      const api = create.Router();
      api.all('/nowhere', (_request, _response, next) => next());
      app.use('/api', api);
      app.use('/last', (_request, _response, next) => next());
    });
    expect(counted).toEqual({ 'GET /users/:id 2xx': 2, 'GET /api/nowhere 4xx': 1 });
  });

  test('counts OPTIONS that Express answers itself, and HEAD of a route that has no GET, as unmatched', async () => {
    const counted = await count(['OPTIONS /only', 'HEAD /only', 'HEAD /get', 'POST /only'], (app) => {
      app.post('/only', (_request, response) => void response.send('posted'));
      app.get('/get', (_request, response) => void response.send('got'));
    });
    expect(counted).toEqual({
      'OPTIONS unmatched 2xx': 1,
      'HEAD unmatched 4xx': 1,
      'HEAD /get 2xx': 1,
      'POST /only 2xx': 1,
    });
  });

  test('counts a request once, however often the application is instrumented', async () => {
    const counted = await count(['GET /sub/1'], (app, http) => {
      instrumentExpress(app, http.metrics);
      const sub = create();
      instrumentExpress(sub, http.metrics);
      sub.get('/:id', (_request, response) => void response.send('sub'));
      app.use('/sub', sub);
    });
    expect(counted).toEqual({ 'GET /sub/:id 2xx': 1 });
  });

  test('bounds what a router that is mounted in itself is asked for', async () => {
    const requests = Array.from({ length: 40 }, (_, i) => `GET ${'/a'.repeat(i + 1)}/x`);
    const counted = await count(requests, (app) => {
      const self = create.Router();
      self.use('/a', self);
      self.get('/x', (_request, response) => void response.send('x'));
      app.use(self);
    });
    expect(Object.keys(counted)).toHaveLength(16);
  });

  test('handles a bad URL as Express does', async () => {
    const counted = await count(['GET /users/%ff'], (app) => {
      app.get('/users/:id', (_request, response) => void response.send('user'));
    });
    expect(counted).toEqual({ 'GET unmatched 4xx': 1 });
  });
});

describe('router before 2.3', () => {
  async function count(
    paths: readonly string[],
    declare: (http: CountedHttp) => OldRouter,
  ): Promise<unknown> {
    const http = new CountedHttp();
    const router = declare(http);
    const port = await serve((request, response) => {
      router(request as express.Request, response as express.Response, () => {
        response.statusCode = 404;
        response.end();
      });
    });
    for (const path of paths) await send(port, 'GET', path);
    return http.requests();
  }

  test('has mounts of unknown paths where they were declared before', async () => {
    const counted = await count(['/users/1/posts', '/plain'], (http) => {
      const posts = new OldRouter();
      posts.get('/posts', (_request, response) => void response.end());
      const router = new OldRouter();
      router.use('/users/:id', posts);
      router.get('/plain', (_request, response) => void response.end());
      instrumentExpress(router, http.metrics);
      return router;
    });
    expect(counted).toEqual({ 'GET /*/posts 2xx': 1, 'GET /plain 2xx': 1 });
  });

  test('has the templates of mounts that were declared since', async () => {
    const counted = await count(['/users/1/posts', '/b/posts'], (http) => {
      const router = new OldRouter();
      instrumentExpress(router, http.metrics);
      const posts = new OldRouter();
      posts.get('/posts', (_request, response) => void response.end());
      router.use('/users/:id', posts);
      router.use(['/a', '/b'], posts);
      return router;
    });
    expect(counted).toEqual({ 'GET /users/:id/posts 2xx': 1, 'GET /b/posts 2xx': 1 });
  });
});

test('refuses what is not of Express', () => {
  const { metrics } = new CountedHttp();
  const other = { use: () => undefined } as ExpressLike;
  expect(() => instrumentExpress(other, metrics)).toThrow(HttpMetricsError);
});
