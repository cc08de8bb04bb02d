import { setTimeout as wait } from 'node:timers/promises';

import { describe, expect, test } from 'vitest';

import { createHealth, HealthError, type HealthOptions, jobRoundTrip } from '../src/index.js';

describe('createHealth', () => {
  test('answers each aspect with its own checks, and nothing else', async () => {
    const health = createHealth({ ready: { cache: { run: () => {} } } });
    const get = (path: string, method = 'GET'): Promise<Response> =>
      health.handle(new Request(`http://127.0.0.1${path}`, { method }));
    const live = await get('/health/live');
    expect([live.status, await live.json()]).toEqual([200, { status: 'up', checks: {} }]);
    const ready = await get('/health/ready?verbose');
    expect(ready.headers.get('cache-control')).toBe('no-store');
    expect(await ready.json()).toEqual({
      status: 'up',
      checks: {
        cache: {
          status: 'up',
          durationSeconds: expect.any(Number) as number,
          checkedAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
        },
      },
    });
    expect(await (await get('/health/ready', 'HEAD')).text()).toBe('');
    expect((await get('/health/ready', 'POST')).status).toBe(405);
    for (const path of ['/', '/health', '/health/', '/health/ready/', '/live'])
      expect((await get(path)).status).toBe(404);
  });

  test('is degraded, and serves, where what is not required is down', async () => {
    const down = { run: () => Promise.reject(new HealthError('the mail server is full')), required: false };
    const health = createHealth({ ready: { mail: down, cache: { run: () => {} } }, basePath: '' });
    const response = await health.handle(new Request('http://127.0.0.1/ready'));
    expect([response.status, await response.json()]).toMatchObject([
      200,
      {
        status: 'degraded',
        checks: { mail: { reason: 'the mail server is full' }, cache: { status: 'up' } },
      },
    ]);
  });

  test.each<[string, unknown]>([
    ['failed', new Error('postgres://user:hunter2@db/ refused')],
    ['failed', 'hunter2'],
    ['failed', undefined],
    ['failed with ECONNREFUSED', Object.assign(new Error('hunter2'), { code: 'ECONNREFUSED' })],
    ['failed', Object.assign(new Error('x'), { code: 'password is hunter2' })],
    ['failed with 28P01', new Error('hunter2', { cause: Object.assign(new Error('x'), { code: '28P01' }) })],
    [
      'failed with ECONNREFUSED',
      new AggregateError([Object.assign(new Error('x'), { code: 'ECONNREFUSED' })]),
    ],
    ['full', new Error('hunter2', { cause: new HealthError('full') })],
  ])('says %s of a failure, and nothing secret', async (reason, thrown) => {
    const health = createHealth({
      ready: {
        db: {
          run: () => {
            // oxlint-disable-next-line typescript/only-throw-error -- Drivers throw anything.
            throw thrown;
          },
        },
      },
    });
    const report = await health.report('ready');
    expect(report.checks['db']).toMatchObject({ status: 'down', reason });
    expect(JSON.stringify(report)).not.toContain('hunter2');
  });

  test('asks a dependency once, however many ask for health', async () => {
    let runs = 0;
    const health = createHealth({
      ready: {
        db: {
          run: async () => {
            runs += 1;
            await wait(10);
          },
        },
      },
    });
    await Promise.all(Array.from({ length: 1000 }, () => health.report('ready')));
    await health.report('ready');
    expect(runs).toBe(1);
  });

  test('gives the signal of a check that is out of time', async () => {
    let aborted = false;
    const health = createHealth({
      ready: {
        db: {
          run: (signal) =>
            new Promise(() => {
              signal.addEventListener('abort', () => {
                aborted = true;
              });
            }),
          timeoutMs: 5,
        },
      },
    });
    expect(await health.report('ready')).toMatchObject({ status: 'down' });
    expect(aborted).toBe(true);
  });

  test('is not ready, but alive, while it drains', async () => {
    const health = createHealth({ ready: { db: { run: () => {} } } });
    health.drain();
    expect(await health.report('ready')).toMatchObject({
      status: 'down',
      checks: { process: { reason: 'shutting down' } },
    });
    expect(await health.report('live')).toMatchObject({ status: 'up' });
  });

  test.each<HealthOptions>([
    { basePath: 'health' },
    { ready: { 'a b': { run: () => {} } } },
    { ready: { a: { run: () => {}, timeoutMs: 0 } } },
    { live: { a: { run: () => {}, cacheMs: -1 } } },
    { dataPlane: { a: { run: () => {}, timeoutMs: Number.NaN } } },
  ])('refuses %o', (options) => {
    expect(() => createHealth(options)).toThrow(
      expect.objectContaining({ code: 'OPTIONS_INVALID' }) as Error,
    );
  });
});

describe('a misspelt option', () => {
  test.each<[string, object]>([
    [
      'createHealth() has no option raedy; its options are live, ready, dataPlane, basePath.',
      { raedy: { db: { run: () => {} } } },
    ],
    [
      'Check db has no option timeout; its options are run, timeoutMs, cacheMs, required.',
      { ready: { db: { run: () => {}, timeout: 5 } } },
    ],
    [
      'Check jobs has no option cachMs; its options are run, timeoutMs, cacheMs, required.',
      { dataPlane: { jobs: jobRoundTrip(() => {}, { cachMs: 5 } as never) } },
    ],
    ['Check db has no function run.', { ready: { db: { runs: () => {} } } }],
  ])('is refused: %s', (message, options) => {
    expect(() => createHealth(options)).toThrow(
      expect.objectContaining({ name: 'HealthOptionsError', code: 'OPTIONS_INVALID', message }) as Error,
    );
  });
});

describe('jobRoundTrip', () => {
  test('is up once its own token is back', async () => {
    const tokens: string[] = [];
    const check = jobRoundTrip((token) => tokens.push(token), { cacheMs: 0, timeoutMs: 5000 });
    const health = createHealth({ dataPlane: { jobs: check } });
    const report = health.report('data-plane');
    await expect.poll(() => tokens).toHaveLength(1);
    check.arrived('of another process');
    check.arrived(tokens[0] ?? '');
    expect(await report).toMatchObject({ status: 'up' });
  });

  test('is down where no worker takes the job, and holds nothing back', async () => {
    const check = jobRoundTrip(() => {}, { cacheMs: 0, timeoutMs: 5 });
    const health = createHealth({ dataPlane: { jobs: check } });
    for (let i = 0; i < 10; i++)
      expect(await health.report('data-plane')).toMatchObject({
        checks: { jobs: { reason: 'no answer within 5 ms' } },
      });
  });

  test('is down where the job cannot be sent', async () => {
    const refused = Object.assign(new Error('no'), { code: 'ECONNREFUSED' });
    const health = createHealth({ dataPlane: { jobs: jobRoundTrip(() => Promise.reject(refused)) } });
    expect(await health.report('data-plane')).toMatchObject({
      checks: { jobs: { reason: 'failed with ECONNREFUSED' } },
    });
  });
});
