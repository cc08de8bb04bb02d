import { once } from 'node:events';
import { connect, createServer } from 'node:net';

import { Registry } from 'prom-client';
import { expect, onTestFinished, test } from 'vitest';

import {
  type Collector,
  clusterPool,
  createCollectors,
  piscinaPool,
  type PiscinaPool,
  type PostgresPool,
  postgresPool,
  redis,
  type RedisClient,
  workerPool,
} from '../src/index.js';
import { exposed, untilValue, valueOf } from './exposed.js';

const SECRET = 'postgres://operator:hunter2@db.example.com/shop';
const TIMES = { intervalMs: 10, timeoutMs: 40 };

function collecting(...collectors: readonly Collector[]): Registry {
  const registry = new Registry();
  const { close } = createCollectors({ registry, collectors, ...TIMES });
  onTestFinished(close);
  return registry;
}

/** An object whose every property throws. */
const throwing = new Proxy<object>(
  {},
  {
    get: () => {
      throw new Error(SECRET);
    },
  },
);

const NO_ERROR: unknown = undefined;

// eslint-disable-next-line unicorn/no-thenable -- What a client may give.
const THROWING_THENABLE = { then: (): never => fail(new Error(SECRET)) };

/** A promise that nobody keeps. */
function never(): Promise<never> {
  return new Promise(() => {});
}

/** A pool that can do all that is asked of it, but for what is given. */
function poolWith(changes: Partial<PostgresPool>): PostgresPool {
  const connection = { query: () => Promise.resolve(), release() {} };
  return {
    totalCount: 1,
    idleCount: 1,
    waitingCount: 0,
    options: { max: 10 },
    connect: () => Promise.resolve(connection),
    ...changes,
  };
}

const unhandled: unknown[] = [];
process.on('unhandledRejection', (reason) => unhandled.push(reason));

test('clients and pools whose every property throws cost their own values only', async () => {
  const registry = collecting(
    redis(throwing as RedisClient, { name: 'cache' }),
    postgresPool(throwing as PostgresPool, { name: 'main' }),
    piscinaPool(throwing as PiscinaPool, { name: 'threads' }),
    workerPool({
      name: 'own',
      workers: () => {
        throw new Error(SECRET);
      },
    }),
    clusterPool(
      {
        get workers(): never {
          throw new Error(SECRET);
        },
        on() {},
        removeListener() {
          throw new Error(SECRET);
        },
      },
      { name: 'web' },
    ),
  );
  await untilValue(registry, 'redis_up{name="cache"}', 0);
  await untilValue(registry, 'postgres_pool_up{name="main"}', 0);
  expect(await valueOf(registry, 'redis_probes_total{name="cache",result="failure"}')).toBeGreaterThan(0);
  const lines = await exposed(registry);
  expect(lines).toContain('worker_pool_active{name="own"} 0');
  expect(lines.filter((line) => /^postgres_pool_(?:size|idle)|^worker_pool_workers/.test(line))).toEqual([]);
  for (const collector of ['postgres_pool",name="main', 'worker_pool",name="own', 'worker_pool",name="web']) {
    expect(await valueOf(registry, `collector_errors_total{collector="${collector}"}`)).toBeGreaterThan(0);
  }
  expect(await registry.metrics()).not.toContain('hunter2');
});

test.each<[string, () => RedisClient | undefined, string]>([
  ['throws', () => ({ ping: () => fail(new Error(SECRET)) }), 'failure'],
  ['rejects with no error', () => ({ ping: () => Promise.reject(NO_ERROR) }), 'failure'],
  ['has a thenable that throws', () => ({ ping: () => THROWING_THENABLE }), 'failure'],
  ['never answers', () => ({ ping: never }), 'timeout'],
  ['rejects when nobody waits', () => ({ ping: () => rejectLater(80) }), 'timeout'],
  ['is not there', () => undefined, 'disconnected'],
  ['is connecting', () => ({ ping: () => fail(new Error('sent')), status: 'connecting' }), 'disconnected'],
  ['is closed', () => ({ ping: () => fail(new Error('sent')), isReady: false }), 'disconnected'],
])('a Redis client that %s is down', async (_, client, result) => {
  const registry = collecting(redis(client, { name: 'cache' }));
  await untilValue(registry, 'redis_up{name="cache"}', 0);
  expect(await valueOf(registry, 'redis_latency_seconds{name="cache"}')).toBeUndefined();
  expect(await valueOf(registry, `redis_probes_total{name="cache",result="${result}"}`)).toBeGreaterThan(0);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(unhandled).toEqual([]);
});

test('thousands of scrapes while a dependency hangs wait for nothing and send nothing', async () => {
  let pings = 0;
  let connects = 0;
  const registry = new Registry();
  const { close } = createCollectors({
    registry,
    intervalMs: 1,
    timeoutMs: 2,
    collectors: [
      redis({ ping: () => (pings++, never()) }, { name: 'cache' }),
      postgresPool(poolWith({ idleCount: 0, connect: () => (connects++, never()) }), { name: 'main' }),
    ],
  });
  onTestFinished(close);
  await untilValue(registry, 'redis_up{name="cache"}', 0);
  await untilValue(registry, 'postgres_pool_up{name="main"}', 0);
  await Promise.all(Array.from({ length: 3000 }, () => registry.metrics()));
  // Probes go on, and find that those before have not come back.
  const probed = await valueOf(registry, 'redis_probes_total{name="cache",result="timeout"}');
  await expect
    .poll(() => valueOf(registry, 'redis_probes_total{name="cache",result="timeout"}'))
    .toBeGreaterThan(probed! + 5);
  expect({ pings, connects }).toEqual({ pings: 3, connects: 1 });
});

test('a scrape is answered within its own turn, whatever hangs', async () => {
  const registry = collecting(redis({ ping: never }, { name: 'cache' }));
  let turned = false;
  setImmediate(() => (turned = true));
  await registry.metrics();
  expect(turned).toBe(false);
});

test('a client that comes back is up, and the one in its place is asked once it is there', async () => {
  let answers = false;
  const held: (() => void)[] = [];
  let client: RedisClient | undefined = {
    ping: () =>
      answers ? Promise.resolve('PONG') : new Promise((resolve) => held.push(() => resolve('PONG'))),
  };
  const registry = collecting(redis(() => client, { name: 'cache' }));
  await untilValue(registry, 'redis_up{name="cache"}', 0);
  await expect.poll(() => held.length).toBe(3);
  answers = true;
  for (const answer of held) answer();
  await untilValue(registry, 'redis_up{name="cache"}', 1);
  client = undefined;
  await untilValue(registry, 'redis_up{name="cache"}', 0);
  client = { ping: () => Promise.resolve('PONG'), status: 'ready' };
  await untilValue(registry, 'redis_up{name="cache"}', 1);
});

test('a swapped client is asked although commands of the one before are stuck', async () => {
  let client: RedisClient = { ping: never };
  const registry = collecting(redis(() => client, { name: 'cache' }));
  await expect
    .poll(() => valueOf(registry, 'redis_probes_total{name="cache",result="timeout"}'), { timeout: 20_000 })
    .toBeGreaterThanOrEqual(5);
  client = { ping: () => Promise.resolve('PONG') };
  await untilValue(registry, 'redis_up{name="cache"}', 1);
});

test('a dependency is not down because this process was busy while the answer came', async () => {
  const server = createServer((socket) => socket.on('data', () => socket.write('pong'))).listen(
    0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  const socket = connect((server.address() as { port: number }).port, '127.0.0.1');
  onTestFinished(() => {
    socket.destroy();
    server.close();
  });
  await once(socket, 'connect');
  let asked = 0;
  const registry = new Registry();
  const client = {
    async ping() {
      asked++;
      socket.write('ping');
      const answer = once(socket, 'data');
      // The answer is in the socket before this is over; nobody reads it until then.
      await new Promise((resolve) => setTimeout(resolve, 15));
      // From here, timers come before sockets.
      await new Promise((resolve) => setImmediate(resolve));
      const until = performance.now() + 100;
      while (performance.now() < until);
      await answer;
    },
  };
  const { close } = createCollectors({ registry, collectors: [redis(client, { name: 'cache' })], ...TIMES });
  onTestFinished(close);
  await expect.poll(() => asked, { interval: 200 }).toBeGreaterThan(2);
  expect(await valueOf(registry, 'redis_probes_total{name="cache",result="success"}')).toBeGreaterThan(0);
  expect(await valueOf(registry, 'redis_probes_total{name="cache",result="timeout"}')).toBe(0);
});

test.each<[string, PostgresPool, string]>([
  [
    'is exhausted',
    poolWith({ totalCount: 10, idleCount: 0, connect: () => fail(new Error('sent')) }),
    'exhausted',
  ],
  [
    'has requests waiting',
    poolWith({ waitingCount: 1, connect: () => fail(new Error('sent')) }),
    'exhausted',
  ],
  ['throws as it connects', poolWith({ connect: () => fail(new Error(SECRET)) }), 'failure'],
  ['gives no connection', poolWith({ connect: () => Promise.resolve(undefined as never) }), 'failure'],
  ['never connects', poolWith({ connect: never }), 'timeout'],
  [
    'has a connection that throws at everything',
    poolWith({ connect: () => Promise.resolve({ ...throwingConnection() }) }),
    'failure',
  ],
])('a pool that %s is down', async (_, pool, result) => {
  const registry = collecting(postgresPool(pool, { name: 'main' }));
  await untilValue(registry, 'postgres_pool_up{name="main"}', 0);
  expect(
    await valueOf(registry, `postgres_pool_probes_total{name="main",result="${result}"}`),
  ).toBeGreaterThan(0);
  expect(await registry.metrics()).not.toContain('hunter2');
  expect(unhandled).toEqual([]);
});

test('a connection that does not answer is closed, and one that answers is given back', async () => {
  const released: (boolean | undefined)[] = [];
  let hangs = true;
  const pool = poolWith({
    connect: () =>
      Promise.resolve({
        query: () => (hangs ? never() : Promise.resolve()),
        release: (destroy?: boolean) => void released.push(destroy),
      }),
  });
  const registry = collecting(postgresPool(pool, { name: 'main' }));
  await untilValue(registry, 'postgres_pool_up{name="main"}', 0);
  hangs = false;
  await untilValue(registry, 'postgres_pool_up{name="main"}', 1);
  expect(new Set(released)).toEqual(new Set([true, false]));
  expect(released[0]).toBe(true);
  expect(released.at(-1)).toBe(false);
});

test('a connection that comes too late goes back to the pool unused', async () => {
  const released: (boolean | undefined)[] = [];
  let arrive = (): void => {};
  const pool = poolWith({
    idleCount: 0,
    connect: () =>
      new Promise((resolve) => {
        arrive = () =>
          resolve({
            query: () => fail(new Error('used')),
            release: (destroy?: boolean) => void released.push(destroy),
          });
      }),
  });
  const registry = collecting(postgresPool(pool, { name: 'main' }));
  await untilValue(registry, 'postgres_pool_up{name="main"}', 0);
  arrive();
  await expect.poll(() => released).toEqual([false]);
});

test('values that are no numbers are left out and counted', async () => {
  const pool = poolWith({ totalCount: Number.NaN, waitingCount: 'many' as unknown as number });
  const registry = collecting(postgresPool(pool, { name: 'main' }));
  expect(await exposed(registry, 'postgres_pool_i')).toEqual(['postgres_pool_idle{name="main"} 1']);
  expect(await exposed(registry, 'postgres_pool_size')).toEqual([]);
  expect(await exposed(registry, 'postgres_pool_waiting')).toEqual([]);
  expect(
    await valueOf(registry, 'collector_errors_total{collector="postgres_pool",name="main"}'),
  ).toBeGreaterThan(0);
});

test('nothing is asked any more once it is closed', async () => {
  let pings = 0;
  const registry = new Registry();
  const client = { ping: () => (pings++, Promise.resolve('PONG')) };
  const { close } = createCollectors({ registry, collectors: [redis(client, { name: 'cache' })], ...TIMES });
  await untilValue(registry, 'redis_up{name="cache"}', 1);
  close();
  const before = pings;
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(pings).toBe(before);
});

function fail(error: Error): never {
  throw error;
}

function rejectLater(ms: number): Promise<never> {
  return new Promise((_resolve, reject) => setTimeout(reject, ms, new Error(SECRET)));
}

function throwingConnection(): { query: () => never; release: () => never; on: () => never } {
  const broken = (): never => fail(new Error(SECRET));
  return { query: broken, release: broken, on: broken };
}
