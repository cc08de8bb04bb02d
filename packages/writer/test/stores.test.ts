import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { definePolicy } from '@promshard/label-policy';
import { Registry } from 'prom-client';
import { describe, expect, onTestFinished, test } from 'vitest';

import {
  Counter,
  Gauge,
  Histogram,
  openShardStore,
  Summary,
  WriterError,
  type StoreProblem,
} from '../src/index.js';
import { readDirectory, shardNames, temporaryDirectory } from './directory.js';
import { backends } from './tools.js';

const registers: [] = [];

describe.each(backends)('the default store on the %s backend', (backend) => {
  test('takes over what was counted before it was opened', () => {
    const dir = temporaryDirectory();
    const early = new Counter({ name: `early_${backend}_total`, help: 'h', registers });
    early.inc(3);
    const store = openShardStore({ dir, backend });
    onTestFinished(() => store.close());
    early.inc(4);
    store.flush();
    expect(readDirectory(dir).values).toMatchObject({ [`early_${backend}_total`]: 7 });
  });

  test('is one: opened again it is the same, and elsewhere it is refused', () => {
    const dir = temporaryDirectory();
    const store = openShardStore({ dir, backend });
    onTestFinished(() => store.close());
    expect(openShardStore({ dir: join(dir, '.') })).toBe(store);
    const other = temporaryDirectory();
    expect(() => openShardStore({ dir: other })).toThrow(
      expect.objectContaining({
        code: 'STORE_ALREADY_OPEN',
        message: `This thread's shard store is open in ${dir}; it cannot be opened in ${other} too. Close it first, or give the second one { isolated: true }.`,
      }),
    );
    expect(readdirSync(other)).toEqual([]);
  });

  test('leaves its files when it is closed, and what was counted is on disk once when it is opened again', async () => {
    const first = temporaryDirectory();
    const second = temporaryDirectory();
    const name = `again_${backend}`;
    const counter = new Counter({ name: `${name}_total`, help: 'h', registers });
    const peak = new Gauge({ name: `${name}_peak`, help: 'h', multiprocessMode: 'max', registers });
    const open = new Gauge({ name: `${name}_open`, help: 'h', multiprocessMode: 'sum', registers });
    const histogram = new Histogram({ name: `${name}_size`, help: 'h', buckets: [1], registers });
    const store = openShardStore({ dir: first, backend });
    counter.inc(5);
    peak.set(9);
    open.inc(2);
    histogram.observe(1);
    store.close();
    store.close();
    expect(readDirectory(first).values).toMatchObject({ [`${name}_total`]: 5, [`${name}_open`]: 2 });

    counter.inc(2);
    open.dec();
    expect((await counter.get()).values).toEqual([{ labels: {}, value: 7 }]);
    expect(readDirectory(first).values).toMatchObject({ [`${name}_total`]: 5 });

    const again = openShardStore({ dir: second, backend });
    onTestFinished(() => again.close());
    histogram.observe(3);
    again.flush();
    expect(again.shardId).not.toBe(store.shardId);
    expect(readDirectory(second).values).toMatchObject({
      [`${name}_total`]: 2,
      [`${name}_peak`]: 9,
      [`${name}_open`]: -1,
      [`${name}_size_sum`]: 3,
      [`${name}_size_bucket le="1.0"`]: 0,
      [`${name}_size_bucket le="+Inf"`]: 1,
    });
  });
});

describe('what a directory holds', () => {
  function isolated(labelPolicy = definePolicy()) {
    const dir = temporaryDirectory();
    const problems: StoreProblem[] = [];
    const store = openShardStore({
      dir,
      isolated: true,
      labelPolicy,
      onProblem: (problem) => problems.push(problem),
    });
    onTestFinished(() => store.close());
    const values = (): Record<string, number> => {
      store.flush();
      return readDirectory(dir).values;
    };
    return { dir, store, problems, values };
  }

  test('a store without metrics has an owner and no shards', () => {
    const { dir, store } = isolated();
    expect(readdirSync(dir)).toEqual([`${store.shardId}.owner`]);
  });

  test('metrics without labels exist from their declaration, gauges from their first value', () => {
    const { dir, store, values } = isolated();
    new Counter({ name: 'c', help: 'h', registers, store });
    new Summary({ name: 's', help: 'h', percentiles: [], registers, store });
    new Histogram({ name: 'h', help: 'h', buckets: [2], registers, store });
    const gauge = new Gauge({ name: 'g', help: 'h', multiprocessMode: 'min', registers, store });
    const counter = new Counter({ name: 'l', help: 'h', labelNames: ['a'], registers, store });
    counter.labels('x');
    expect(values()).toEqual({
      c_total: 0,
      s_count: 0,
      s_sum: 0,
      h_sum: 0,
      'h_bucket le="2.0"': 0,
      'h_bucket le="+Inf"': 0,
      'l_total a="x"': 0,
    });
    expect(shardNames(dir).map((name) => name.split('_')[0])).toEqual(['counter', 'histogram', 'summary']);
    gauge.set(5);
    expect(values()).toMatchObject({ g: 5 });
  });

  test("gauges lie in their mode's shard, and those left out by prom-client's omit in none", () => {
    const { dir, store } = isolated();
    new Gauge({ name: 'a', help: 'h', multiprocessMode: 'all', registers, store }).set(1);
    new Gauge({ name: 'b', help: 'h', aggregator: 'average', registers, store }).set(1);
    new Gauge({ name: 'c', help: 'h', aggregator: 'omit', registers, store }).set(1);
    new Counter({ name: 'd', help: 'h', aggregator: 'omit', registers, store }).inc();
    expect(shardNames(dir)).toEqual([`gauge_all_${store.shardId}.db`, `gauge_liveavg_${store.shardId}.db`]);
  });

  test('a removed series is not seen, and begins at 0 when it comes back', () => {
    const { store, values } = isolated();
    const counter = new Counter({ name: 'c', help: 'h', labelNames: ['a'], registers, store });
    const histogram = new Histogram({
      name: 'h',
      help: 'h',
      labelNames: ['a'],
      buckets: [1],
      registers,
      store,
    });
    counter.inc({ a: 'x' }, 5);
    histogram.observe({ a: 'x' }, 5);
    const child = counter.labels('x');
    counter.remove('x');
    histogram.remove('x');
    expect(values()).toEqual({});
    child.inc();
    histogram.observe({ a: 'x' }, 1);
    expect(values()).toEqual({
      'c_total a="x"': 1,
      'h_sum a="x"': 1,
      'h_bucket a="x" le="1.0"': 1,
      'h_bucket a="x" le="+Inf"': 0,
    });
  });

  test('a forbidden label name is refused, without naming a value', () => {
    const { store } = isolated();
    expect(() => new Counter({ name: 'c', help: 'h', labelNames: ['email'], registers, store })).toThrow(
      expect.objectContaining({ name: 'WriterError', code: 'LABEL_FORBIDDEN' }),
    );
  });

  test('a refused label value is counted under __other__, and it is said once', () => {
    const { store, values, problems } = isolated();
    const counter = new Counter({ name: 'c', help: 'h', labelNames: ['task'], registers, store });
    for (let i = 0; i < 5; i++) counter.inc({ task: `somebody${i}@example.com` });
    counter.inc({ task: 'fine' });
    expect(values()).toEqual({
      'c_total task="__other__"': 5,
      'c_total task="fine"': 1,
      'multiproc_label_violations_total label="task" metric="c" reason="email"': 5,
    });
    expect(problems).toEqual([
      expect.objectContaining({ code: 'label-value-replaced', metric: 'c', label: 'task', reason: 'email' }),
    ]);
    expect(JSON.stringify(problems)).not.toContain('example.com');
  });

  test('a label value that changes while it is looked at is kept as the policy saw it', () => {
    const { store, values } = isolated();
    const counter = new Counter({ name: 'c', help: 'h', labelNames: ['task'], registers, store });
    // What is asked for the policy's sake may be asked any number of times before.
    for (let calm = 0; calm < 8; calm++) {
      let asked = 0;
      const shifty = (): string => (asked++ < calm ? `fine ${calm}` : `somebody${calm}@example.com`);
      counter.inc({
        get task() {
          return shifty();
        },
      });
      asked = 0;
      counter.inc({ task: { toString: shifty } as never });
    }
    expect(JSON.stringify(values())).not.toContain('example.com');
  });

  test('a label value that is a symbol counts, and does not break the registry', async () => {
    const { store } = isolated();
    const registry = new Registry();
    const counter = new Counter({ name: 'c', help: 'h', labelNames: ['task'], registers: [registry], store });
    counter.inc({ task: Symbol('zip') as never });
    expect(await registry.metrics()).toContain('c{task="Symbol(zip)"} 1');
  });

  test('past the series budget the totals stay right in an overflow series', () => {
    const { store, values, problems } = isolated(definePolicy({ maxSeriesPerMetric: 3 }));
    const counter = new Counter({ name: 'c', help: 'h', labelNames: ['a', 'b'], registers, store });
    for (let i = 0; i < 10; i++) counter.inc({ a: `${i}`, b: 'x' });
    expect(values()).toEqual({
      'c_total a="0" b="x"': 1,
      'c_total a="1" b="x"': 1,
      'c_total a="2" b="x"': 1,
      'c_total a="__overflow__" b="__overflow__"': 7,
      promshard_series_overflow_total: 7,
    });
    expect(problems).toHaveLength(1);
  });

  test('what onProblem throws reaches nobody', () => {
    const store = openShardStore({
      dir: temporaryDirectory(),
      isolated: true,
      onProblem() {
        throw new Error('from the listener');
      },
    });
    onTestFinished(() => store.close());
    const counter = new Counter({ name: 'c', help: 'h', labelNames: ['task'], registers, store });
    expect(() => counter.inc({ task: 'a@example.com' })).not.toThrow();
  });

  test('a summary that asks for a sliding window is told that it has none', () => {
    const { store, problems } = isolated();
    new Summary({ name: 's', help: 'h', maxAgeSeconds: 600, ageBuckets: 5, registers, store });
    expect(problems).toEqual([expect.objectContaining({ code: 'option-ignored', metric: 's' })]);
  });

  test('something that is no store is refused', () => {
    expect(() => new Counter({ name: 'c', help: 'h', registers, store: {} as never })).toThrow(
      new WriterError(
        'STORE_UNKNOWN',
        'The store of metric c is not a shard store. Expected what openShardStore() returned.',
      ),
    );
  });

  test('a store shows its values in a registry of prom-client, too', async () => {
    const { store } = isolated();
    const registry = new Registry();
    new Counter({ name: 'c', help: 'h', registers: [registry], store }).inc(2);
    expect(await registry.metrics()).toBe('# HELP c h\n# TYPE c counter\nc 2\n');
  });
});

test.each(backends)('any maxShardBytes serves the %s backend', (backend) => {
  const dir = temporaryDirectory();
  const onProblem = (): void => {};
  const store = openShardStore({ dir, backend, maxShardBytes: 5001, isolated: true, onProblem });
  onTestFinished(() => store.close());
  const counter = new Counter({ name: 'c', help: 'h', labelNames: ['n'], registers, store });
  for (let n = 0; n < 200; n++) counter.inc({ n });
  for (let n = 0; n < 200; n++) counter.inc({ n });
  store.flush();
  const { values, problems } = readDirectory(dir);
  expect(problems).toEqual([]);
  const series = Object.keys(values).filter((name) => name.startsWith('c_total n='));
  expect(series.length).toBeGreaterThan(65);
  expect(series.reduce((sum, name) => sum + (values[name] ?? 0), 0)).toBe(400);
  expect(values['c_total n="0"']).toBe(2);
});

test('many stores at once warn of no leak, and leave no listener behind', async () => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error): void => void warnings.push(warning);
  process.on('warning', onWarning);
  onTestFinished(() => void process.removeListener('warning', onWarning));
  const before = process.listenerCount('exit');
  const dir = temporaryDirectory();
  const stores = Array.from({ length: 20 }, () => openShardStore({ dir, isolated: true }));
  await new Promise((resolve) => setImmediate(resolve));
  expect(warnings).toEqual([]);
  for (const store of stores) store.close();
  expect(process.listenerCount('exit')).toBe(before);
});

test('a second copy of the library joins the first', async () => {
  const dir = temporaryDirectory();
  const url = new URL('../src/index.js?second-copy', import.meta.url).href;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same module, loaded again
  const second = (await import(/* @vite-ignore */ url)) as { Counter: typeof Counter };
  const store = openShardStore({ dir });
  onTestFinished(() => store.close());
  new second.Counter({ name: 'second_copy_total', help: 'h', registers }).inc(2);
  new Counter({ name: 'first_copy_total', help: 'h', registers }).inc(3);
  store.flush();
  expect(readDirectory(dir).values).toMatchObject({ second_copy_total: 2, first_copy_total: 3 });
  expect(shardNames(dir).filter((name) => name.startsWith('counter_'))).toHaveLength(1);
});

test('a copy of the library with another protocol is refused', () => {
  const holder = Symbol.for('promshard.store');
  const scope = globalThis as { [holder]?: unknown };
  const before = scope[holder];
  onTestFinished(() => {
    scope[holder] = before;
  });
  scope[holder] = { protocol: 999, set: {} };
  expect(() => openShardStore({ dir: temporaryDirectory() })).toThrow(
    expect.objectContaining({ code: 'STORE_INCOMPATIBLE' }),
  );
});

test('on the pwrite backend a change is in the file when its turn of the event loop ends, and not before', async () => {
  const dir = temporaryDirectory();
  const store = openShardStore({ dir, backend: 'pwrite', isolated: true });
  onTestFinished(() => store.close());
  const counter = new Counter({ name: 'c_total', help: 'h', registers, store });
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  await turn();
  for (let i = 0; i < 50; i++) {
    counter.inc();
    // A loop that does not give way lets nothing be written, however long it takes.
    for (const start = performance.now(); performance.now() - start < 5;) Math.random();
    expect(readDirectory(dir).values['c_total']).toBe(i);
    await turn();
    expect(readDirectory(dir).values['c_total']).toBe(i + 1);
  }
});

describe('a full directory', () => {
  test('refuses a new writer where that is asked for, and harms none that is in it', () => {
    const dir = temporaryDirectory();
    const store = openShardStore({ dir, isolated: true, overflow: 'refuse', maxFiles: 2 });
    onTestFinished(() => store.close());
    const counter = new Counter({ name: 'living_total', help: 'h', store, registers });
    counter.inc();
    const files = readdirSync(dir).length;
    for (const limit of [{ maxFiles: files }, { maxBytes: 4096 }]) {
      expect(() => openShardStore({ dir, isolated: true, overflow: 'refuse', ...limit })).toThrow(
        expect.objectContaining({ name: 'WriterError', code: 'DIRECTORY_FULL' }),
      );
    }
    expect(readdirSync(dir)).toHaveLength(files);
    openShardStore({ dir, isolated: true, maxFiles: 1 }).close();
    counter.inc(2);
    store.flush();
    expect(readDirectory(dir).values).toMatchObject({ living_total: 3 });
  });
});
