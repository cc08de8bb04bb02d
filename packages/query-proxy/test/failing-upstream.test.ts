import { once } from 'node:events';
import { gzipSync } from 'node:zlib';

import { describe, expect, test } from 'vitest';

import { createQueryProxy, type QueryProxy, type QueryProxyOptions } from '../src/index.js';
import { ANSWER, serve } from './serve.js';

const NOW = 'http://proxy.example.com/query?query=up';

function proxyTo(url: string, options: Partial<QueryProxyOptions> = {}): QueryProxy {
  return createQueryProxy({ upstream: { url }, allowRawQueries: true, ...options });
}

async function ask(proxy: QueryProxy, url = NOW): Promise<unknown> {
  const response = await proxy(new Request(url));
  return {
    status: response.status,
    ...((await response.json()) as object),
    retry: response.headers.get('retry-after'),
  };
}

describe('a metrics server that fails', () => {
  test.each<[string, number, string, number, string]>([
    [
      'refuses the query',
      400,
      '{"status":"error","errorType":"bad_data","error":"no"}',
      400,
      'query_refused',
    ],
    ['refuses it without JSON', 422, 'no', 400, 'query_refused'],
    ['ran out of time itself', 503, '{"status":"error","errorType":"timeout","error":"t"}', 504, 'timeout'],
    ['is not ready', 503, 'Service Unavailable', 503, 'upstream_overloaded'],
    ['limits its callers', 429, '', 503, 'upstream_overloaded'],
    ['sits behind a gateway that gave up', 504, '', 504, 'timeout'],
    ['does not know our credentials', 401, 'secret realm', 502, 'upstream_failed'],
    ['crashed', 500, '{"error":"stack"}', 502, 'upstream_failed'],
    ['is a login page', 200, '<html>', 502, 'upstream_failed'],
    ['says nothing', 200, '', 502, 'upstream_failed'],
    ['says success with an error inside', 200, '{"status":"error","error":"no"}', 502, 'upstream_failed'],
  ])('%s', async (_what, status, body, expected, errorType) => {
    const url = await serve((_request, response) => response.writeHead(status).end(body));
    expect(await ask(proxyTo(url))).toMatchObject({
      status: 'error',
      errorType,
      retry: expected === 503 ? '1' : null,
    });
    expect((await proxyTo(url)(new Request(NOW))).status).toBe(expected);
  });

  test('is not followed to where it redirects', async () => {
    let reached = false;
    const elsewhere = await serve((_request, response) => {
      reached = true;
      response.end(ANSWER);
    });
    const url = await serve((_request, response) => response.writeHead(302, { location: elsewhere }).end());
    expect(await ask(proxyTo(url))).toMatchObject({ errorType: 'upstream_failed' });
    expect(reached).toBe(false);
  });

  test('closes an idle connection in the moment in which it is used again, and is asked anew', async () => {
    let asked = 0;
    const url = await serve((request, response) => {
      asked += 1;
      if (asked === 1) request.socket.resetAndDestroy();
      else response.end(ANSWER);
    });
    expect(await ask(proxyTo(url))).toMatchObject({ status: 'success' });
    expect(asked).toBe(2);
  });

  test('resets every connection', async () => {
    const url = await serve((request) => request.socket.resetAndDestroy());
    expect(await ask(proxyTo(url))).toMatchObject({ errorType: 'upstream_unreachable' });
  });

  test('is not there', async () => {
    expect(await ask(proxyTo('http://127.0.0.1:9'))).toMatchObject({ errorType: 'upstream_unreachable' });
  });

  test('hangs before its answer', async () => {
    const url = await serve(() => {});
    expect(await ask(proxyTo(url, { limits: { timeoutMs: 50 } }))).toMatchObject({ errorType: 'timeout' });
  });

  test('hangs within its answer', async () => {
    const url = await serve((_request, response) => void response.write('{"status":"success"'));
    expect(await ask(proxyTo(url, { limits: { timeoutMs: 100 } }))).toMatchObject({ errorType: 'timeout' });
  });

  test('breaks off its answer', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': 1000 });
      response.write('{"status":"success"', () => response.destroy());
    });
    expect(await ask(proxyTo(url))).toMatchObject({ errorType: 'upstream_failed' });
  });

  test('sends a small answer that grows when it is unpacked', async () => {
    const bomb = gzipSync(`{"status":"success","data":"${' '.repeat(50_000_000)}"}`);
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    });
    expect(await ask(proxyTo(url))).toMatchObject({ errorType: 'response_too_large' });
  });

  test('is down to the health check, with a reason, and up again a second later', async () => {
    let up = false;
    const url = await serve((_request, response) => response.writeHead(up ? 200 : 500).end(ANSWER));
    const proxy = proxyTo(url);
    const health = (): Promise<Response> => proxy(new Request('http://proxy.example.com/health'));
    const down = await health();
    expect(down.status).toBe(503);
    expect(await down.json()).toEqual({ status: 'down', reason: 'upstream_failed' });
    up = true;
    await expect.poll(async () => (await health()).status, { timeout: 10_000 }).toBe(200);
  });
});

describe('many callers', () => {
  test('get 503 beyond the limit, and answers again afterwards', async () => {
    const held: (() => void)[] = [];
    const url = await serve((_request, response) => held.push(() => response.end(ANSWER)));
    const proxy = proxyTo(url, { limits: { maxConcurrent: 2 } });
    const first = [ask(proxy), ask(proxy)];
    await expect.poll(() => held.length).toBe(2);
    expect(await ask(proxy)).toMatchObject({ errorType: 'too_many_queries', retry: '1' });
    for (const release of held.splice(0)) release();
    expect(await Promise.all(first)).toMatchObject([{ status: 'success' }, { status: 'success' }]);
    const next = ask(proxy);
    await expect.poll(() => held.length).toBe(1);
    held.pop()?.();
    expect(await next).toMatchObject({ status: 'success' });
  });

  test('cost one query where they ask for health', async () => {
    let asked = 0;
    const url = await serve((_request, response) => {
      asked += 1;
      response.end(ANSWER);
    });
    const proxy = proxyTo(url);
    await Promise.all(
      Array.from({ length: 100 }, () => proxy(new Request('http://proxy.example.com/health'))),
    );
    expect(asked).toBe(1);
  });

  test('who go away take their query with them', async () => {
    let closed = false;
    const url = await serve((request) => void once(request.socket, 'close').then(() => (closed = true)));
    const gone = new AbortController();
    const answer = proxyTo(url)(new Request(NOW, { signal: gone.signal }));
    setTimeout(() => gone.abort(), 100);
    expect((await answer).status).toBe(504);
    await expect.poll(() => closed).toBe(true);
  });
});
