import { mkdirSync, rmSync } from 'node:fs';

import { Registry } from 'prom-client';
import { describe, expect, onTestFinished, test, vi } from 'vitest';

import { Counter, Gauge, Histogram, openShardStore, type ShardStore } from '../src/index.js';
import { readDirectory, temporaryDirectory } from './directory.js';
import { backends } from './tools.js';

const registers: [] = [];

vi.setConfig({ testTimeout: 60_000 });

function isolated(backend: 'mmap' | 'pwrite'): {
  dir: string;
  store: ShardStore;
  values(): Record<string, number>;
} {
  const dir = temporaryDirectory();
  const store = openShardStore({ dir, backend, isolated: true, onProblem() {} });
  onTestFinished(() => store.close());
  return {
    dir,
    store,
    values() {
      store.flush();
      const { values, problems } = readDirectory(dir);
      expect(problems).toEqual([]);
      return values;
    },
  };
}

describe.each(backends)('two objects of one name in one process, on the %s backend', (backend) => {
  test('of counters and histograms, count apart in their registries and add up in the shards', async () => {
    const { store, values } = isolated(backend);
    const [first, second] = [new Registry(), new Registry()];
    const options = { name: 'c_total', help: 'h', labelNames: ['a'], store };
    const counters = [first, second].map((registry) => new Counter({ ...options, registers: [registry] }));
    for (const counter of counters) counter.inc({ a: 'x' }, 2);
    counters[1]?.inc({ a: 'x' });
    const histograms = [1, 2].map(
      () => new Histogram({ name: 'h', help: 'h', buckets: [1], registers, store }),
    );
    for (const histogram of histograms) histogram.observe(1);
    expect(values()).toMatchObject({ 'c_total a="x"': 5, h_sum: 2, 'h_bucket le="1.0"': 2 });
    expect(await first.metrics()).toContain('c_total{a="x"} 2');
    expect(await second.metrics()).toContain('c_total{a="x"} 3');
  });

  test('of gauges, combine as two processes would', () => {
    const { store, values } = isolated(backend);
    const options = { name: 'g', help: 'h', multiprocessMode: 'livesum', registers, store } as const;
    const gauges = [new Gauge(options), new Gauge(options)];
    for (const gauge of gauges) gauge.inc(2);
    expect(values()).toMatchObject({ g: 4 });
  });

  test.each(['all', 'liveall'] as const)(
    'of gauges in mode %s, are one, since a process shows one value of it',
    async (multiprocessMode) => {
      const { store, values } = isolated(backend);
      const options = {
        name: 'g',
        help: 'h',
        labelNames: ['a'],
        multiprocessMode,
        registers,
        store,
      } as const;
      const [first, second] = [new Gauge(options), new Gauge(options)];
      first.set({ a: 'x' }, 5);
      second.set({ a: 'x' }, 3);
      first.inc({ a: 'x' });
      second.set({ a: 'y' }, 1);
      first.inc({ a: 'y' });
      expect(values()).toEqual({ 'g a="x"': 4, 'g a="y"': 2 });
      expect((await second.get()).values).toContainEqual({ labels: { a: 'x' }, value: 4 });
    },
  );

  test.each(['all', 'liveall'] as const)(
    'of gauges in mode %s, stay one when default labels move them, and part when those differ',
    async (multiprocessMode) => {
      const { store, values } = isolated(backend);
      const [first, second] = [new Registry(), new Registry()];
      const options = { name: 'g', help: 'h', labelNames: ['a'], multiprocessMode, store } as const;
      const one = new Gauge({ ...options, registers: [first] });
      const two = new Gauge({ ...options, registers: [second] });
      const three = new Gauge({ ...options, registers });
      // Says that the labels have come.
      const sign = new Gauge({ ...options, name: 's', labelNames: [], registers: [second] });
      sign.set(1);
      one.set({ a: 'x' }, 5);
      two.inc({ a: 'x' });
      three.inc({ a: 'x' });
      const moved = (expected: Record<string, number>): Promise<void> =>
        vi.waitFor(() => expect(values()).toEqual(expected), { timeout: 20_000, interval: 50 });
      expect(values()).toEqual({ 'g a="x"': 7, s: 1 });

      // One goes, two stay where they are.
      first.setDefaultLabels({ app: 'p' });
      await moved({ 'g a="x"': 7, 'g a="x" app="p"': 7, s: 1 });
      two.set({ a: 'x' }, 1);
      one.set({ a: 'x' }, 2);
      three.inc({ a: 'x' });
      expect(values()).toEqual({ 'g a="x"': 2, 'g a="x" app="p"': 2, s: 1 });

      // The second comes after it, and the third is alone.
      second.setDefaultLabels({ app: 'p' });
      await moved({ 'g a="x"': 2, 'g a="x" app="p"': 2, 's app="p"': 1 });
      two.inc({ a: 'x' }, 10);
      one.inc({ a: 'x' });
      expect(values()).toEqual({ 'g a="x"': 2, 'g a="x" app="p"': 13, 's app="p"': 1 });
      three.remove('x');
      expect(values()).toEqual({ 'g a="x" app="p"': 13, 's app="p"': 1 });

      // Each goes its own way, one of them to where both have been.
      first.setDefaultLabels({});
      second.setDefaultLabels({ app: 'q' });
      await moved({ 'g a="x"': 13, 'g a="x" app="q"': 13, 's app="q"': 1 });
      one.inc({ a: 'x' });
      two.dec({ a: 'x' });
      expect(values()).toEqual({ 'g a="x"': 14, 'g a="x" app="q"': 12, 's app="q"': 1 });
    },
  );

  test('of gauges, one of which is removed, leave the line to the other', () => {
    const { store, values } = isolated(backend);
    const options = {
      name: 'g',
      help: 'h',
      multiprocessMode: 'all',
      labelNames: ['a'],
      registers,
      store,
    } as const;
    const [first, second] = [new Gauge(options), new Gauge(options)];
    first.set({ a: 'x' }, 5);
    second.set({ a: 'x' }, 3);
    first.remove('x');
    expect(values()).toEqual({ 'g a="x"': 3 });
    second.set({ a: 'x' }, 4);
    first.inc({ a: 'x' });
    expect(values()).toEqual({ 'g a="x"': 5 });
    second.remove('x');
    first.remove('x');
    expect(values()).toEqual({});
    second.set({ a: 'x' }, 1);
    expect(values()).toEqual({ 'g a="x"': 1 });
  });

  test('of gauges, are one still in a directory that was wiped, made anew, and then has them move', async () => {
    const { dir, store, values } = isolated(backend);
    const registry = new Registry();
    const options = { name: 'g', help: 'h', multiprocessMode: 'liveall', store } as const;
    const first = new Gauge({ ...options, registers: [registry] });
    const second = new Gauge({ ...options, registers: [new Registry()] });
    first.set(5);
    second.inc();
    store.flush();
    rmSync(dir, { recursive: true });
    first.inc();
    registry.setDefaultLabels({ app: 'p' });
    mkdirSync(dir);
    await vi.waitFor(() => expect(gaugesOf(values())).toEqual({ g: 7, 'g app="p"': 7 }), {
      timeout: 20_000,
      interval: 50,
    });
    first.inc();
    second.inc(2);
    expect(gaugesOf(values())).toEqual({ g: 9, 'g app="p"': 8 });
  });

  test.each(['livesum', 'all', 'max'] as const)(
    'a gauge that was taken out of its registry leaves no value in mode %s once there is a new one',
    async (multiprocessMode) => {
      const { store, values } = isolated(backend);
      const registry = new Registry();
      const make = () => new Gauge({ name: 'g', help: 'h', multiprocessMode, registers: [registry], store });
      const before = make();
      before.set(9);
      registry.clear();
      const gauge = make();
      expect(values()).toEqual({});
      gauge.inc(2);
      expect(values()).toEqual({ g: 2 });
      expect(await registry.metrics()).toContain('g 2');
      // Whoever has kept the old one may go on with it.
      before.set(1);
      expect(values()).toMatchObject({ g: { livesum: 3, all: 1, max: 3 }[multiprocessMode] });
    },
  );
});

/** Without the library's own counters. */
function gaugesOf(values: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !name.startsWith('promshard_')));
}
