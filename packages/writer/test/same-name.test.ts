import { Registry } from 'prom-client';
import { describe, expect, onTestFinished, test } from 'vitest';

import { Counter, Gauge, Histogram, openShardStore, type ShardStore } from '../src/index.js';
import { readDirectory, temporaryDirectory } from './directory.js';
import { backends } from './tools.js';

const registers: [] = [];

function isolated(backend: 'mmap' | 'pwrite'): { store: ShardStore; values(): Record<string, number> } {
  const dir = temporaryDirectory();
  const store = openShardStore({ dir, backend, isolated: true });
  onTestFinished(() => store.close());
  return {
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
