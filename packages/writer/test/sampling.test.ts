import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { Registry } from 'prom-client';
import { describe, expect, onTestFinished, test } from 'vitest';

import {
  Counter,
  Gauge,
  Histogram,
  openShardStore,
  Summary,
  type ShardStore,
  type StoreProblem,
} from '../src/index.js';
import { readDirectory, temporaryDirectory } from './directory.js';
import { backends } from './tools.js';

const registers: [] = [];
const patience = { timeout: 20_000 };

function opened(options: { collectIntervalMs?: number } = {}) {
  const dir = temporaryDirectory();
  const problems: StoreProblem[] = [];
  const store = openShardStore({
    dir,
    isolated: true,
    // Rounds of their own would come between those that a test asks for.
    collectIntervalMs: 3_600_000,
    onProblem: (problem) => problems.push(problem),
    ...options,
  });
  onTestFinished(() => store.close());
  const values = (): Record<string, number> => {
    store.flush();
    return readDirectory(dir).values;
  };
  return { dir, store, problems, values };
}

/** A promise, and what settles it. */
function deferred() {
  let resolve = (): void => {};
  let reject = (_error: Error): void => {};
  const promise = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

describe('a collect callback', () => {
  test('of every class runs at the interval, synchronous or not, with the metric as this', async () => {
    const { store, values } = opened({ collectIntervalMs: 10 });
    const options = { help: 'h', registers, store };
    new Counter({
      ...options,
      name: 'c',
      collect() {
        this.inc();
      },
    });
    new Gauge({
      ...options,
      name: 'g',
      multiprocessMode: 'max',
      async collect() {
        await Promise.resolve();
        this.set(7);
      },
    });
    new Histogram({
      ...options,
      name: 'h',
      buckets: [1],
      collect() {
        this.observe(1);
      },
    });
    new Summary({
      ...options,
      name: 's',
      collect() {
        this.observe(2);
      },
    });
    await expect
      .poll(() => {
        const { c_total, h_sum, s_count, g } = values();
        return c_total! >= 3 && h_sum! >= 3 && s_count! >= 3 && g === 7;
      }, patience)
      .toBe(true);
  });

  test('runs though its metric is declared before the store is opened', async () => {
    const dir = temporaryDirectory();
    new Gauge({
      name: 'declared_early',
      help: 'h',
      multiprocessMode: 'max',
      registers,
      collect() {
        this.set(3);
      },
    });
    const store = openShardStore({ dir, collectIntervalMs: 10 });
    onTestFinished(() => store.close());
    await expect
      .poll(() => {
        store.flush();
        return readDirectory(dir).values['declared_early'];
      }, patience)
      .toBe(3);
  });

  test('set after the declaration runs, too', async () => {
    const { store, values } = opened();
    const gauge = new Gauge({ name: 'g', help: 'h', multiprocessMode: 'max', registers, store });
    gauge.collect = () => gauge.set(4);
    await store.sample();
    expect(values()).toEqual({ g: 4 });
  });

  test('goes on running when the local registry is read, as in prom-client', async () => {
    const { store } = opened();
    const registry = new Registry();
    let runs = 0;
    new Gauge({
      name: 'g',
      help: 'h',
      multiprocessMode: 'max',
      registers: [registry],
      store,
      async collect() {
        await Promise.resolve();
        this.set(++runs);
      },
    });
    expect(await registry.metrics()).toContain('g 1');
    await store.sample();
    expect(await registry.metrics()).toContain('g 3');
  });

  test('does not run for a metric that its registry was rid of', async () => {
    const { store, values } = opened();
    const registry = new Registry();
    let runs = 0;
    const gauge = new Gauge({
      name: 'g',
      help: 'h',
      multiprocessMode: 'max',
      registers: [registry],
      store,
      collect() {
        this.set(++runs);
      },
    });
    await store.sample();
    registry.clear();
    await store.sample();
    expect(runs).toBe(1);
    registry.registerMetric(gauge);
    await store.sample();
    expect(values()).toEqual({ g: 2 });
  });

  test('runs a last time when the store is closed, and never after', async () => {
    const { dir, store } = opened({ collectIntervalMs: 10 });
    let runs = 0;
    const gauge = new Gauge({ name: 'g', help: 'h', multiprocessMode: 'max', registers, store });
    gauge.collect = () => gauge.set(++runs);
    store.close();
    const last = runs;
    expect(last).toBeGreaterThan(0);
    expect(readDirectory(dir).values).toEqual({ g: last });
    await store.sample();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(runs).toBe(last);
  });
});

describe('a collect callback that', () => {
  const begun = (problems: readonly StoreProblem[]): string[] =>
    problems.map(({ code, resolved, metric }) => `${metric} ${code} ${resolved ? 'is over' : 'begins'}`);

  function gauge(store: ShardStore, name: string, collect: (this: Gauge) => void | Promise<void>): Gauge {
    return new Gauge({ name, help: 'h', multiprocessMode: 'max', registers, store, collect });
  }

  test.each(['throws', 'rejects'])(
    '%s is a problem once, counted each time, and stops no other',
    async (how) => {
      const { store, values, problems } = opened();
      let fails = true;
      gauge(store, 'bad', function collect() {
        if (!fails) {
          this.set(1);
          return undefined;
        }
        const error = new TypeError('of somebody@example.com');
        if (how === 'throws') throw error;
        return Promise.reject(error);
      });
      gauge(store, 'good', function collect() {
        this.set(2);
      });
      await store.sample();
      await store.sample();
      expect(values()).toEqual({ good: 2, 'promshard_collect_errors_total metric="bad"': 2 });
      expect(begun(problems)).toEqual(['bad collect-failed begins']);
      expect(problems[0]?.message).toBe(
        'The collect callback of metric bad failed (TypeError). What it sets keeps its values until it works; all else goes on.',
      );
      expect(problems[0]?.cause).toBeInstanceOf(TypeError);

      fails = false;
      await store.sample();
      expect(values()).toMatchObject({ bad: 1 });
      expect(begun(problems)).toEqual(['bad collect-failed begins', 'bad collect-failed is over']);
    },
  );

  test('takes longer than the interval never runs twice at once', async () => {
    const { store, values, problems } = opened({ collectIntervalMs: 10 });
    const gate = deferred();
    let running = 0;
    let runs = 0;
    gauge(store, 'slow', async function collect() {
      expect(++running).toBe(1);
      if (runs++ === 0) await gate.promise;
      running--;
      this.set(runs);
    });
    gauge(store, 'quick', function collect() {
      this.inc();
    });
    const sampled = store.sample();
    await expect.poll(() => values()['quick'], patience).toBeGreaterThan(5);
    expect(runs).toBe(1);
    expect(values()).not.toHaveProperty('slow');
    expect(values()['promshard_collect_errors_total metric="slow"']).toBeGreaterThan(1);
    expect(begun(problems)).toEqual(['slow collect-slow begins']);
    gate.resolve();
    await sampled;
    await expect.poll(() => begun(problems), patience).toHaveLength(2);
    expect(begun(problems)).toEqual(['slow collect-slow begins', 'slow collect-slow is over']);
    expect(values()['slow']).toBeGreaterThan(1);
  });

  test('is under way when a sample is asked for is waited for, and no problem', async () => {
    const { store, values, problems } = opened();
    const gate = deferred();
    gauge(store, 'slow', async function collect() {
      await gate.promise;
      this.inc();
    });
    const both = [store.sample(), store.sample()];
    gate.resolve();
    await Promise.all(both);
    expect(values()).toEqual({ slow: 1 });
    expect(problems).toEqual([]);
  });

  test('hangs for ever holds up neither the others nor whoever awaits a sample', async () => {
    const { store, values, problems } = opened({ collectIntervalMs: 10 });
    let runs = 0;
    gauge(store, 'hanging', () => {
      runs++;
      return new Promise(() => {});
    });
    gauge(store, 'living', function collect() {
      this.inc();
    });
    await store.sample();
    await expect.poll(() => values()['living'], patience).toBeGreaterThan(5);
    expect(runs).toBe(1);
    expect(begun(problems)).toEqual(['hanging collect-slow begins']);
  });

  test('blocks the event loop is a problem', async () => {
    const { store, problems } = opened();
    gauge(store, 'blocking', () => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 150);
    });
    await store.sample();
    expect(problems.map(({ message }) => message)).toEqual([
      'The collect callback of metric blocking kept the event loop for more than 100 ms. What it sets keeps its values until it works; all else goes on.',
    ]);
  });
});

describe.each(backends)('on the %s backend a process', (backend) => {
  const fixture = fileURLToPath(new URL('fixtures/collect-and-leave.mjs', import.meta.url));

  test.each([
    ['return', 0],
    ['exit', 0],
    ['throw', 1],
    ['thread', 0],
  ])('that ends by %s has its callbacks sampled a last time', (ending, status) => {
    const dir = temporaryDirectory();
    const result = spawnSync(process.execPath, [fixture, dir, backend, ending], {
      timeout: 60_000,
      encoding: 'utf8',
    });
    expect(result.status, result.stderr).toBe(status);
    const { values, problems } = readDirectory(dir);
    expect(problems).toEqual([]);
    expect(values['level']).toBe(42);
    // Where it took a second to get there, the first round has run.
    expect(values['runs_total']).toBeGreaterThanOrEqual(1);
  });
});

test('the timer of the callbacks does not keep the process alive', () => {
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = timers();
  const { store } = opened({ collectIntervalMs: 10 });
  const gauge = new Gauge({ name: 'g', help: 'h', multiprocessMode: 'max', registers, store });
  // What is listed keeps a process alive; unref'd timers are not.
  gauge.collect = () => gauge.set(1);
  expect(timers()).toBe(before);
});
