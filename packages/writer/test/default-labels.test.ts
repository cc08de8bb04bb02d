import { Registry } from 'prom-client';
import { describe, expect, test } from 'vitest';

import {
  Counter,
  Gauge,
  Histogram,
  openShardStore,
  type ShardStore,
  type StoreProblem,
} from '../src/index.js';
import { readDirectory, temporaryDirectory } from './directory.js';
import { backends } from './tools.js';

const base = { help: 'h' } as const;

describe.each(backends)('on the %s backend', (backend) => {
  const open = (dir: string, onProblem: (problem: StoreProblem) => void = () => {}): ShardStore =>
    openShardStore({ dir, backend, isolated: true, onProblem });

  test('default labels of the registry are on the series in the shards', () => {
    const dir = temporaryDirectory();
    const store = open(dir);
    const registry = new Registry();
    registry.setDefaultLabels({ app: 'x', method: 'default', worker: 3 });
    const options = { ...base, store, registers: [registry] };
    new Counter({ ...options, name: 'bare' }).inc(2);
    new Counter({ ...options, name: 'labelled', labelNames: ['method'] }).inc({ method: 'GET' });
    new Histogram({ ...options, name: 'h', buckets: [], labelNames: ['method'] }).observe(5);
    store.flush();
    expect(readDirectory(dir)).toEqual({
      problems: [],
      values: {
        'bare_total app="x" method="default" worker="3"': 2,
        'labelled_total app="x" method="GET" worker="3"': 1,
        'h_sum app="x" method="default" worker="3"': 5,
        'h_bucket app="x" le="+Inf" method="default" worker="3"': 1,
      },
    });
    store.close();
  });

  test('labels that are set after counting move what was counted', async () => {
    const dir = temporaryDirectory();
    const store = open(dir);
    const registry = new Registry();
    const options = { ...base, store, registers: [registry] };
    const counter = new Counter({ ...options, name: 'c', labelNames: ['a'] });
    const child = counter.labels('x');
    child.inc(2);
    counter.inc({ a: 'gone' });
    counter.remove('gone');
    const gauge = new Gauge({ ...options, name: 'g', multiprocessMode: 'mostrecent' });
    gauge.set(7);
    const unset = new Gauge({ ...options, name: 'unset', multiprocessMode: 'max' });
    const histogram = new Histogram({ ...options, name: 'h', buckets: [1] });
    histogram.observe(0.5);
    registry.setDefaultLabels({ app: 'x' });
    const moved = {
      'c_total a="x" app="x"': 2,
      'g app="x"': 7,
      'h_sum app="x"': 0.5,
      'h_bucket app="x" le="1.0"': 1,
      'h_bucket app="x" le="+Inf"': 0,
    };
    await expect.poll(() => readDirectory(dir).values, { timeout: 20_000 }).toEqual(moved);

    child.inc();
    counter.inc({ a: 'gone' }, 5);
    gauge.inc();
    unset.set(1);
    histogram.observe(3);
    store.flush();
    const after = {
      'c_total a="x" app="x"': 3,
      'c_total a="gone" app="x"': 5,
      'g app="x"': 8,
      'unset app="x"': 1,
      'h_sum app="x"': 3.5,
      'h_bucket app="x" le="1.0"': 1,
      'h_bucket app="x" le="+Inf"': 1,
    };
    expect(readDirectory(dir)).toEqual({ values: after, problems: [] });
    expect((await counter.get()).values.map(({ labels, value }) => [labels, value])).toEqual([
      [{ a: 'x' }, 3],
      [{ a: 'gone' }, 5],
    ]);

    // Out of the registry, the labels stay.
    registry.clear();
    child.inc();
    store.close();
    expect(readDirectory(dir).values['c_total a="x" app="x"']).toBe(4);
  });

  test('labels that are set before the store is opened are there from the first byte on', () => {
    const registry = new Registry();
    const dir = temporaryDirectory();
    const first = openShardStore({ dir, backend, isolated: true });
    const counter = new Counter({ ...base, name: 'c', store: first, registers: [registry] });
    counter.inc();
    registry.setDefaultLabels({ app: 'x' });
    first.close();
    expect(readDirectory(dir)).toEqual({ values: { 'c_total app="x"': 1 }, problems: [] });
  });

  test('the policy judges default labels, too', () => {
    const dir = temporaryDirectory();
    const problems: StoreProblem[] = [];
    const store = open(dir, (problem) => problems.push(problem));
    const registry = new Registry();
    registry.setDefaultLabels({ pid: '7', user_id: 'u', zone: 'jane@example.com' });
    const options = { ...base, store, registers: [registry] };
    new Counter({ ...options, name: 'c' }).inc();
    store.flush();
    expect(readDirectory(dir).values).toEqual({
      'c_total zone="__other__"': 1,
      'multiproc_label_violations_total label="zone" metric="c" reason="email"': 1,
    });
    expect(problems.map(({ code, label, reason }) => [code, label, reason])).toEqual([
      ['default-label-refused', 'pid', 'reserved-name'],
      ['default-label-refused', 'user_id', 'forbidden-name'],
      ['label-value-replaced', 'zone', 'email'],
    ]);
    expect(JSON.stringify(problems)).not.toContain('jane');
    store.close();
  });
});
