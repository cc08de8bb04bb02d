import {
  bounded,
  definePolicy,
  type LabelPolicy,
  oneOf,
  routes,
  strictPolicy,
} from '@promshard/label-policy';
import { keyedHash } from '@promshard/label-policy/hash';
import { describe, expect, onTestFinished, test } from 'vitest';

import { Counter, Histogram, openShardStore, policyMetrics, type ShardStore } from '../src/index.js';
import { readDirectory, temporaryDirectory } from './directory.js';

const registers: [] = [];

function isolated(labelPolicy: LabelPolicy): { store: ShardStore; values: () => Record<string, number> } {
  const dir = temporaryDirectory();
  const store = openShardStore({ dir, isolated: true, labelPolicy, onProblem: () => undefined });
  onTestFinished(() => store.close());
  return {
    store,
    values: () => {
      store.flush();
      return readDirectory(dir).values;
    },
  };
}

describe('a refused value', () => {
  test('that is dropped is counted in the series without the label', () => {
    const { store, values } = isolated(definePolicy({ onViolation: 'drop' }));
    const counter = new Counter({ name: 'c_total', help: 'h', labelNames: ['a', 'b'], registers, store });
    counter.inc({ a: 'jane@example.com', b: 'x' });
    counter.inc({ a: 'john@example.com', b: 'x' }, 2);
    counter.inc({ a: 'fine', b: 'x' });
    expect(values()).toEqual({
      'c_total b="x"': 3,
      'c_total a="fine" b="x"': 1,
      'multiproc_label_violations_total label="a" metric="c_total" reason="email"': 2,
    });
  });

  test('that is hashed is counted under its pseudonym, within the budget', () => {
    const onViolation = keyedHash({ key: 'a secret of thirty-two characters' });
    const { store, values } = isolated(definePolicy({ onViolation, maxSeriesPerMetric: 2 }));
    const counter = new Counter({ name: 'c_total', help: 'h', labelNames: ['a'], registers, store });
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 5; i++) counter.inc({ a: `jane${i}@example.com` });
    }
    const counts = Object.entries(values()).filter(([name]) => name.startsWith('c_total'));
    expect(counts.map(([, value]) => value).toSorted((a, b) => a - b)).toEqual([2, 2, 6]);
    expect(counts.filter(([name]) => /^c_total a="hmac_[a-p]{12}"$/.test(name))).toHaveLength(2);
  });

  test('that is a path becomes its template', () => {
    const { store, values } = isolated(definePolicy({ labels: { route: routes('/users/:id') } }));
    const counter = new Counter({ name: 'c_total', help: 'h', labelNames: ['route'], registers, store });
    counter.inc({ route: '/users/42?x=1' });
    counter.labels('/users/:id').inc();
    counter.labels('/admin').inc();
    expect(values()).toMatchObject({
      'c_total route="/users/:id"': 2,
      'c_total route="__other__"': 1,
      'multiproc_label_violations_total label="route" metric="c_total" reason="undeclared-value"': 1,
      'multiproc_label_violations_total label="route" metric="c_total" reason="url-query"': 1,
    });
  });
});

test('a bounded label has no more values than declared, and those it has stay', () => {
  const policy = definePolicy({ labels: { a: bounded({ pattern: /v\d+/, maxDistinct: 2 }) } });
  const { store, values } = isolated(policy);
  const counter = new Counter({ name: 'c_total', help: 'h', labelNames: ['a'], registers, store });
  for (let round = 0; round < 2; round++) for (const a of ['v1', 'v2', 'v3', 'v4', 'x']) counter.inc({ a });
  expect(values()).toEqual({
    'c_total a="v1"': 2,
    'c_total a="v2"': 2,
    'c_total a="__other__"': 6,
    'multiproc_label_violations_total label="a" metric="c_total" reason="too-many-values"': 4,
    'multiproc_label_violations_total label="a" metric="c_total" reason="undeclared-value"': 2,
  });
});

test('a large metric past its budget is reset in an instant: no series is compared with every other', () => {
  const maxSeries = 30_000;
  const labelPolicy = definePolicy({ maxSeriesPerMetric: maxSeries, maxSeriesPerProcess: 2 * maxSeries });
  const { store, values } = isolated(labelPolicy);
  const counter = new Counter({ name: 'c_total', help: 'h', labelNames: ['a'], registers, store });
  for (let i = 0; i < maxSeries + 2; i++) counter.inc({ a: `v${i}` });
  counter.reset();
  counter.inc({ a: 'v0' });
  expect(values()).toEqual({ 'c_total a="v0"': 1, promshard_series_overflow_total: 2 });
}, 10_000);

test('the budget of a process holds over all of its metrics, and the totals stay right', () => {
  const { store, values } = isolated(definePolicy({ maxSeriesPerProcess: 5 }));
  const a = new Counter({ name: 'a_total', help: 'h', labelNames: ['x'], registers, store });
  const b = new Counter({ name: 'b_total', help: 'h', labelNames: ['x'], registers, store });
  for (let i = 0; i < 4; i++) {
    a.inc({ x: `v${i}` });
    b.inc({ x: `v${i}` });
  }
  new Counter({ name: 'plain_total', help: 'h', registers, store }).inc();
  expect(values()).toEqual({
    'a_total x="v0"': 1,
    'a_total x="v1"': 1,
    'a_total x="v2"': 1,
    'a_total x="__overflow__"': 1,
    'b_total x="v0"': 1,
    'b_total x="v1"': 1,
    'b_total x="__overflow__"': 2,
    plain_total: 1,
    promshard_series_overflow_total: 3,
  });
});

describe('a declaration is refused', () => {
  test('whose values make more series than its budget', () => {
    const policy = definePolicy({
      labels: { a: oneOf('x', 'y', 'z'), b: bounded({ pattern: /./, maxDistinct: 4 }) },
      maxSeriesPerMetric: 11,
    });
    const { store } = isolated(policy);
    expect(() => new Histogram({ name: 'h', help: 'h', labelNames: ['a', 'b'], registers, store })).toThrow(
      expect.objectContaining({
        code: 'SERIES_BUDGET_EXCEEDED',
        message:
          'Metric h could have 12 series: a (3) × b (4); the label policy allows 11. ' +
          'Declare fewer values or labels, or a budget of its own: seriesBudgets: { h: 12 }.',
      }),
    );
  });

  test('whose label a strict policy does not declare, also before a store is open', () => {
    const policy = definePolicy({ mode: 'strict', labels: { a: ['x'] } });
    const metrics = policyMetrics(policy);
    expect(() => new metrics.Counter({ name: 'c', help: 'h', labelNames: ['b' as 'a'], registers })).toThrow(
      expect.objectContaining({ code: 'LABEL_FORBIDDEN' }),
    );
    const { store, values } = isolated(policy);
    const counter = new metrics.Counter({ name: 'c', help: 'h', labelNames: ['a'], registers, store });
    counter.inc({ a: 'x' }, 2);
    expect(counter).toBeInstanceOf(Counter);
    expect(values()).toEqual({ 'c_total a="x"': 2 });
    const wrong = { name: 'd', help: 'h', labelNames: ['b' as 'a'], states: ['s'], registers };
    expect(() => new metrics.Info(wrong)).toThrow(expect.objectContaining({ code: 'LABEL_FORBIDDEN' }));
    expect(() => new metrics.StateSet(wrong)).toThrow(expect.objectContaining({ code: 'LABEL_FORBIDDEN' }));
    const options = { help: 'h', labelNames: ['a'], registers, store } as const;
    new metrics.StateSet({ ...options, name: 'phase', states: ['idle', 'busy'] }).state({ a: 'x' }, 'busy');
    const build = new metrics.Info({ ...options, name: 'build' });
    // Its words go by the policy, too.
    expect(() => build.info({ a: 'x' }, { version: '1' })).toThrow('undeclared-name');
    expect(values()).toMatchObject({ 'phase a="x" phase="busy"': 1, 'phase a="x" phase="idle"': 0 });
  });
});

test('what was counted before the policy came keeps the store closed, and is not told', () => {
  const dir = temporaryDirectory();
  const early = new Counter({ name: 'before_policy_total', help: 'h', labelNames: ['a'], registers });
  early.inc({ a: 'something' });
  expect(() => openShardStore({ dir, labelPolicy: definePolicy({ labels: { a: ['x'] } }) })).toThrow(
    expect.objectContaining({
      code: 'LABEL_FORBIDDEN',
      message: expect.not.stringContaining('something'),
    }),
  );
  expect(() => openShardStore({ dir, labelPolicy: strictPolicy })).toThrow('undeclared-name');
  expect(readDirectory(dir).values).toEqual({});
});
