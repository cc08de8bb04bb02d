import { expect, test } from 'vitest';

import { anyOf, createQueryProxy, duration, oneOf, type QueryProxyOptions, text } from '../src/index.js';
import { ANSWER, serve } from './serve.js';

const queries = {
  rate: {
    expression: 'sum by (task) (rate(task_success_total{queue=~$queue,task=$task}[$window]))',
    parameters: {
      queue: anyOf(['mail', 'video']),
      task: text({ maxLength: 10 }),
      window: duration({ min: '1m', max: '1h', default: '5m' }),
    },
  },
  depth: { expression: 'queue_depth{queue=$queue}', parameters: { queue: oneOf(['mail', 'video']) } },
};

/** A proxy, and what the upstream was asked last. */
async function recording(
  options: Partial<QueryProxyOptions> = {},
): Promise<
  (
    path: string,
    init?: RequestInit,
  ) => Promise<{ status: number; error?: string; asked: Record<string, string> | undefined }>
> {
  let asked: Record<string, string> | undefined;
  const url = await serve((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (piece: string) => {
      body += piece;
    });
    request.on('end', () => {
      asked = { path: request.url ?? '', ...Object.fromEntries(new URLSearchParams(body)) };
      response.end(ANSWER);
    });
  });
  const proxy = createQueryProxy({ upstream: { url: `${url}/select/` }, queries, ...options });
  return async (path, init) => {
    asked = undefined;
    const response = await proxy(new Request(`http://proxy.example.com${path}`, init));
    const body = (await response.json()) as { error?: string };
    return { status: response.status, ...(body.error === undefined ? {} : { error: body.error }), asked };
  };
}

test('a named query reaches the server with its values quoted, and a timeout', async () => {
  const ask = await recording();
  expect(await ask('/query?name=rate&queue=mail&queue=video&task=a"}b')).toEqual({
    status: 200,
    asked: {
      path: '/select/api/v1/query',
      query: String.raw`sum by (task) (rate(task_success_total{queue=~"mail|video",task="a\"}b"}[5m]))`,
      timeout: '30s',
    },
  });
});

test('a range reaches the server in seconds', async () => {
  const ask = await recording();
  expect(
    await ask('/query_range?name=depth&queue=mail&start=2026-11-22T00:00:00Z&end=1795309200.5&step=1m'),
  ).toEqual({
    status: 200,
    asked: {
      path: '/select/api/v1/query_range',
      query: 'queue_depth{queue="mail"}',
      start: '1795305600',
      end: '1795309200.5',
      step: '60',
      timeout: '30s',
    },
  });
});

const RANGE = '/query_range?name=depth&queue=mail&';

test.each([
  ['/query', 'name is missing'],
  ['/query?name=other', 'name is not a query of this service'],
  ['/query?name=__proto__', 'name is not a query of this service'],
  ['/query?query=up', 'name is missing'],
  ['/query?name=depth&name=depth&queue=mail', 'name is given more than once'],
  ['/query?name=depth', 'queue is missing: one of "mail", "video"'],
  ['/query?name=depth&queue=', 'queue has to be one of "mail", "video"'],
  ['/query?name=depth&queue=mail&queue=video', 'queue is given more than once'],
  ['/query?name=depth&queue=mail&other=1', 'a parameter is not known here; known are time, name, queue'],
  ['/query?name=rate&queue=mail&task=a&window=2h', 'window has to be a duration from 1m to 1h'],
  ['/query?name=rate&queue=mail&task=', 'task has to be a text of 1 to 10 characters'],
  [`/query?name=rate&queue=mail&task=${'a'.repeat(11)}`, 'task has to be a text of 1 to 10 characters'],
  ['/query?name=depth&queue=mail&time=soon', 'time has to be Unix seconds or an RFC 3339 time'],
  [`${RANGE}start=1&end=2`, 'step is missing'],
  [`${RANGE}start=2&end=1&step=1`, 'end is before start'],
  [`${RANGE}start=1&end=2&step=0`, 'step has to be a duration such as 15s, or seconds'],
  [`${RANGE}start=1&end=2&step=0.5`, 'step is smaller than 1 seconds'],
  [
    `${RANGE}start=0&end=11000&step=1`,
    'more than 11000 points per series: make the step larger or the range shorter',
  ],
  [`${RANGE}start=0&end=2678401&step=1d`, 'the range is longer than 2678400 seconds'],
])('%s is refused and asks nothing', async (path, error) => {
  const ask = await recording();
  expect(await ask(path)).toEqual({ status: 400, error, asked: undefined });
});

test('raw PromQL is taken where it is allowed, up to its length', async () => {
  const ask = await recording({ allowRawQueries: true, limits: { maxQueryLength: 10 } });
  expect(await ask('/query?query=up')).toMatchObject({ status: 200, asked: { query: 'up' } });
  expect(await ask('/query?query=up{')).toEqual({
    status: 400,
    error: 'query is not PromQL',
    asked: undefined,
  });
  expect(await ask(`/query?query=${'a'.repeat(11)}`)).toMatchObject({ status: 400, asked: undefined });
  expect(await ask('/query?query=up&name=depth')).toMatchObject({ status: 400, asked: undefined });
  expect(await ask('/query?name=depth&queue=mail')).toMatchObject({ status: 200 });
});

test('only GET of what it has is answered', async () => {
  const ask = await recording();
  expect(await ask('/query?name=depth&queue=mail', { method: 'POST' })).toMatchObject({ status: 405 });
  for (const path of ['/', '/queries', '/constructor', '/query/', '//query'])
    expect(await ask(path)).toMatchObject({ status: 404, asked: undefined });
});

test('authorize decides what is seen, before anything is asked', async () => {
  let errors = 0;
  const ask = await recording({
    onError: () => {
      errors += 1;
    },
    authorize: (request) => {
      switch (request.headers.get('x-caller')) {
        case 'a': {
          return [{ name: 'tenant', values: ['a'] }];
        }
        case 'nobody': {
          return [{ name: 'tenant', values: [''] }];
        }
        case 'anonymous': {
          return Response.json({ error: 'log in' }, { status: 401 });
        }
        default: {
          throw new Error('the session store is down');
        }
      }
    },
  });
  const as = (caller: string): ReturnType<typeof ask> =>
    ask('/query?name=depth&queue=mail', { headers: { 'x-caller': caller } });
  expect(await as('a')).toMatchObject({ asked: { query: 'queue_depth{tenant="a",queue="mail"}' } });
  expect(await as('nobody')).toEqual({
    status: 403,
    error: 'no series are open to this caller',
    asked: undefined,
  });
  expect(await as('anonymous')).toEqual({ status: 401, error: 'log in', asked: undefined });
  expect(errors).toBe(0);
  expect(await as('x')).toEqual({ status: 500, error: 'the query could not be handled', asked: undefined });
  expect(errors).toBe(1);
});

test.each<[string, Partial<QueryProxyOptions>]>([
  ['upstream.url', { upstream: { url: 'prometheus:9090' } }],
  ['upstream.url', { upstream: { url: 'http://user:secret@127.0.0.1' } }],
  ['basePath', { basePath: 'metrics' }],
  ['basePath', { basePath: '/metrics/' }],
  ['serviceLabel', { serviceLabel: 'a b' }],
  ['limits.timeoutMs', { limits: { timeoutMs: 0 } }],
  ['limits.timeoutMs', { limits: { timeoutMs: 2 ** 31 } }],
  ['limits.maxPoint ', { limits: { maxPoint: 5 } as object }],
])('a wrong %s is an error at the start, without the value of a URL', (name, options) => {
  const make = (): unknown => createQueryProxy({ upstream: { url: 'http://127.0.0.1:9090' }, ...options });
  expect(make).toThrow(
    expect.objectContaining({
      code: 'OPTIONS_INVALID',
      message: expect.stringMatching(name) as unknown,
    }) as Error,
  );
  expect(make).not.toThrow('secret');
});
