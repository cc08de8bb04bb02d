import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import * as successor from '@prometheus-io/client';
import { definePolicy } from '@promshard/label-policy';
import * as promClient from 'prom-client';
import { describe, expect, onTestFinished, test } from 'vitest';

import {
  Counter,
  Gauge,
  mirrorRegistry,
  openShardStore,
  type MirrorOptions,
  type StoreProblem,
} from '../src/index.js';
import { readDirectory, shardNames, temporaryDirectory } from './directory.js';
import { backends } from './tools.js';

const patience = { timeout: 20_000 };

/** A registry, and a store that mirrors it when asked to. */
function mirrored(
  options: MirrorOptions = {},
  labelPolicy = definePolicy(),
  registry: promClient.Registry = new promClient.Registry(),
) {
  const dir = temporaryDirectory();
  const problems: StoreProblem[] = [];
  const onProblem = (problem: StoreProblem): void => void problems.push(problem);
  const store = openShardStore({ dir, isolated: true, labelPolicy, onProblem });
  onTestFinished(() => store.close());
  const mirror = mirrorRegistry(registry, { store, intervalMs: 3_600_000, ...options });
  onTestFinished(() => mirror.close());
  const values = (): Record<string, number> => {
    store.flush();
    return readDirectory(dir).values;
  };
  const next = async (): Promise<Record<string, number>> => {
    await mirror.mirrorNow();
    return values();
  };
  const said = (): string[] => problems.map(({ code, metric }) => `${metric} ${code}`);
  return { dir, store, registry, registers: [registry], mirror, problems, said, values, next };
}

describe.each([
  ['prom-client', promClient],
  ['@prometheus-io/client', successor as unknown as typeof promClient],
])('a registry of %s', (_name, client) => {
  test('has all its metrics in the shards, as Python’s and our own classes write them', async () => {
    const registry = new client.Registry();
    const { next, registers, dir, store } = mirrored({}, definePolicy(), registry);
    new client.Counter({ name: 'jobs_total', help: 'h', registers });
    const counter = new client.Counter({ name: 'hits', help: 'h', labelNames: ['a', 'b'], registers });
    const gauge = new client.Gauge({
      name: 'level',
      help: 'h',
      labelNames: ['a'],
      registers,
      aggregator: 'max',
    });
    const histogram = new client.Histogram({
      name: 'size',
      help: 'h',
      labelNames: ['a'],
      buckets: [1, 2.5],
      registers,
    });
    const summary = new client.Summary({ name: 'span', help: 'h', percentiles: [], registers });
    counter.inc({ a: 'x', b: 'y' }, 2.5);
    counter.inc({ a: 'x' });
    gauge.set({ a: 'x' }, -3);
    for (const value of [0.5, 2, 2, 100]) histogram.observe({ a: 'x' }, value);
    summary.observe(4);
    const expected = {
      jobs_total: 0,
      'hits_total a="x"': 1,
      'hits_total a="x" b="y"': 2.5,
      'level a="x"': -3,
      'size_sum a="x"': 104.5,
      'size_bucket a="x" le="1.0"': 1,
      'size_bucket a="x" le="2.5"': 2,
      'size_bucket a="x" le="+Inf"': 1,
      span_count: 1,
      span_sum: 4,
    };
    expect(await next()).toEqual(expected);
    expect(shardNames(dir)).toContain(`gauge_livemax_${store.shardId}.db`);
    expect(await next()).toEqual(expected);

    counter.inc({ a: 'x', b: 'y' });
    histogram.observe({ a: 'x' }, 2);
    gauge.set({ a: 'x' }, 5);
    summary.observe(-10);
    expect(await next()).toEqual({
      ...expected,
      'hits_total a="x" b="y"': 3.5,
      'level a="x"': 5,
      'size_sum a="x"': 106.5,
      'size_bucket a="x" le="2.5"': 3,
      span_count: 2,
      span_sum: -6,
    });
  });

  test('has the labels of the whole registry on each series', async () => {
    const registry = new client.Registry();
    const { next, registers } = mirrored({}, definePolicy(), registry);
    registry.setDefaultLabels({ service: 'shop' });
    new client.Counter({ name: 'c', help: 'h', labelNames: ['service'], registers }).inc({ service: 'own' });
    new client.Histogram({ name: 'h', help: 'h', buckets: [1], registers }).observe(1);
    expect(await next()).toEqual({
      'c_total service="own"': 1,
      'h_sum service="shop"': 1,
      'h_bucket le="1.0" service="shop"': 1,
      'h_bucket le="+Inf" service="shop"': 0,
    });
  });

  test('is mirrored at the interval, with metrics that come later', async () => {
    const registry = new client.Registry();
    const { values, registers } = mirrored({ intervalMs: 10 }, definePolicy(), registry);
    const counter = new client.Counter({ name: 'c', help: 'h', registers });
    counter.inc();
    await expect.poll(values, patience).toEqual({ c_total: 1 });
    counter.inc();
    new client.Gauge({
      name: 'g',
      help: 'h',
      registers,
      collect() {
        this.set(7);
      },
    });
    await expect.poll(values, patience).toEqual({ c_total: 2, g: 7 });
  });

  test('that is scraped as OpenMetrics, which renames its counters, goes on', async () => {
    const registry = new client.Registry();
    const { next, registers } = mirrored({}, definePolicy(), registry);
    const counter = new client.Counter({ name: 'jobs_total', help: 'h', registers });
    counter.inc();
    expect(await next()).toEqual({ jobs_total: 1 });
    registry.setContentType(client.Registry.OPENMETRICS_CONTENT_TYPE as never);
    await registry.metrics();
    counter.inc();
    expect(await next()).toEqual({ jobs_total: 2 });
  });
});

describe('what has been counted never falls', () => {
  test('when the source is reset, or its metric made anew', async () => {
    const { next, registers, registry } = mirrored();
    const declare = () => ({
      plain: new promClient.Counter({ name: 'plain', help: 'h', registers }),
      labelled: new promClient.Counter({ name: 'labelled', help: 'h', labelNames: ['a'], registers }),
      sizes: new promClient.Histogram({ name: 'sizes', help: 'h', buckets: [1], registers }),
    });
    let { plain, labelled, sizes } = declare();
    plain.inc(5);
    labelled.inc({ a: 'x' }, 5);
    labelled.inc({ a: 'y' }, 5);
    sizes.observe(0.5);
    sizes.observe(3);
    const before = await next();

    registry.resetMetrics();
    expect(await next()).toEqual(before);
    plain.inc(2);
    labelled.inc({ a: 'x' }, 2);
    sizes.observe(3);
    const after = {
      ...before,
      plain_total: 7,
      'labelled_total a="x"': 7,
      sizes_sum: 6.5,
      'sizes_bucket le="+Inf"': 2,
    };
    expect(await next()).toEqual(after);

    registry.clear();
    expect(await next()).toEqual(after);
    ({ plain, labelled, sizes } = declare());
    // As much as there was before, or more.
    plain.inc(9);
    labelled.inc({ a: 'x' }, 2);
    expect(await next()).toEqual({ ...after, plain_total: 16, 'labelled_total a="x"': 9 });
  });

  test('when a reset falls between two readings and some of the series have come again', async () => {
    const { next, registers } = mirrored();
    const counter = new promClient.Counter({ name: 'c', help: 'h', labelNames: ['a'], registers });
    counter.inc({ a: 'x' }, 5);
    counter.inc({ a: 'y' }, 5);
    await next();
    counter.reset();
    counter.inc({ a: 'x' });
    expect(await next()).toEqual({ 'c_total a="x"': 6, 'c_total a="y"': 5 });
    counter.inc({ a: 'y' });
    expect(await next()).toEqual({ 'c_total a="x"': 6, 'c_total a="y"': 6 });
  });

  test('when the mirror is closed and another goes on', async () => {
    const { next, registers, registry, store, mirror, values } = mirrored();
    const counter = new promClient.Counter({ name: 'c', help: 'h', registers });
    counter.inc(3);
    await next();
    counter.inc(2);
    await mirror.close();
    expect(values()).toEqual({ c_total: 5 });
    counter.inc(1);
    expect(values()).toEqual({ c_total: 5 });
    const second = mirrorRegistry(registry, { store });
    await second.mirrorNow();
    expect(values()).toEqual({ c_total: 6 });
    await second.close();
  });

  test('when a metric leaves its registry and comes back', async () => {
    const { next, registers, registry } = mirrored();
    const counter = new promClient.Counter({ name: 'c', help: 'h', registers });
    counter.inc(3);
    await next();
    registry.clear();
    await next();
    counter.inc();
    registry.registerMetric(counter);
    expect(await next()).toEqual({ c_total: 4 });
  });
});

test('series that show the same labels, since they were counted with one object, are added up', async () => {
  const { next, registers } = mirrored();
  const counter = new promClient.Counter({ name: 'c', help: 'h', labelNames: ['a'], registers });
  const histogram = new promClient.Histogram({
    name: 'h',
    help: 'h',
    labelNames: ['a'],
    buckets: [1],
    registers,
  });
  const labels = { a: '' };
  for (const a of ['x', 'y', 'z']) {
    labels.a = a;
    counter.inc(labels);
    histogram.observe(labels, 2);
  }
  const expected = {
    'c_total a="z"': 3,
    'h_sum a="z"': 6,
    'h_bucket a="z" le="1.0"': 0,
    'h_bucket a="z" le="+Inf"': 3,
  };
  expect(await next()).toEqual(expected);
  expect(await next()).toEqual(expected);
  labels.a = 'x';
  counter.inc(labels);
  expect(await next()).toMatchObject({ 'c_total a="x"': 4 });
});

test('a gauge `jobs` is no counter `jobs_total`', async () => {
  const { next, registers, said } = mirrored();
  new promClient.Gauge({ name: 'jobs', help: 'h', registers }).set(5);
  new promClient.Counter({ name: 'jobs_total', help: 'h', registers }).inc(2);
  expect(await next()).toEqual({ jobs: 5, jobs_total: 2 });
  expect(said()).toEqual([]);
});

test('a removed series is removed, and begins at 0 when it comes back', async () => {
  const { next, registers, registry } = mirrored();
  const counter = new promClient.Counter({ name: 'c', help: 'h', labelNames: ['a'], registers });
  const gauge = new promClient.Gauge({ name: 'g', help: 'h', labelNames: ['a'], registers });
  for (const a of ['x', 'y']) {
    counter.inc({ a }, 5);
    gauge.set({ a }, 5);
  }
  await next();
  counter.remove({ a: 'x' });
  gauge.remove({ a: 'x' });
  expect(await next()).toEqual({ 'c_total a="y"': 5, 'g a="y"': 5 });
  counter.inc({ a: 'x' });
  gauge.set({ a: 'x' }, 1);
  expect(await next()).toEqual({ 'c_total a="x"': 1, 'c_total a="y"': 5, 'g a="x"': 1, 'g a="y"': 5 });
  registry.removeSingleMetric('g');
  expect(await next()).toEqual({ 'c_total a="x"': 1, 'c_total a="y"': 5 });
});

describe('the label policy', () => {
  test('takes a forbidden label away and refused values together, and totals stay right', async () => {
    const { next, registers, problems, said } = mirrored();
    const counter = new promClient.Counter({ name: 'c', help: 'h', labelNames: ['user', 'task'], registers });
    counter.inc({ user: 'ann', task: 'zip' }, 1);
    counter.inc({ user: 'bob', task: 'zip' }, 2);
    counter.inc({ user: 'bob', task: 'bob@example.com' }, 4);
    counter.inc({ user: 'ann', task: 'ann@example.com' }, 8);
    const gauges = {
      sum: new promClient.Gauge({ name: 'open', help: 'h', labelNames: ['user'], registers }),
      max: new promClient.Gauge({
        name: 'most',
        help: 'h',
        labelNames: ['user'],
        registers,
        aggregator: 'max',
      }),
      average: new promClient.Gauge({
        name: 'mean',
        help: 'h',
        labelNames: ['user'],
        registers,
        aggregator: 'average',
      }),
    };
    for (const gauge of Object.values(gauges)) {
      gauge.set({ user: 'ann' }, 2);
      gauge.set({ user: 'bob' }, 6);
    }
    const values = await next();
    expect(values).toMatchObject({
      'c_total task="zip"': 3,
      'c_total task="__other__"': 12,
      open: 8,
      most: 6,
      mean: 4,
    });
    expect(JSON.stringify([values, problems])).not.toMatch(/ann|bob/);
    expect(said()).toEqual([
      'c label-left-out',
      'c label-value-replaced',
      'open label-left-out',
      'most label-left-out',
      'mean label-left-out',
    ]);
    // One of several sources of a series goes: what is left is what the others have.
    counter.remove({ user: 'ann', task: 'zip' });
    gauges.sum.remove({ user: 'ann' });
    expect(await next()).toMatchObject({ 'c_total task="zip"': 3, open: 6 });
    expect(said()).toHaveLength(5);
  });

  test('holds its budget of series', async () => {
    const { next, registers } = mirrored({}, definePolicy({ maxSeriesPerMetric: 2 }));
    const counter = new promClient.Counter({ name: 'c', help: 'h', labelNames: ['n'], registers });
    for (let n = 0; n < 10; n++) counter.inc({ n });
    await next();
    for (let n = 0; n < 10; n++) counter.inc({ n });
    expect(await next()).toMatchObject({
      'c_total n="0"': 2,
      'c_total n="1"': 2,
      'c_total n="__overflow__"': 16,
    });
  });
});

describe('not in the shards, and said once, is', () => {
  test('a metric that the application counts itself in the shards', async () => {
    const { next, registers, store, said } = mirrored();
    new Counter({ name: 'own_total', help: 'h', registers: [], store }).inc(2);
    new promClient.Counter({ name: 'own_total', help: 'h', registers }).inc(5);
    new promClient.Gauge({ name: 'mirrored', help: 'h', registers }).set(1);
    expect(await next()).toEqual({ own_total: 2, mirrored: 1 });
    await next();
    expect(said()).toEqual(['own_total metric-left-out']);
  });

  test('one that the application counts itself from some time on', async () => {
    const { next, registers, store, said } = mirrored();
    const counter = new promClient.Counter({ name: 'late_total', help: 'h', registers });
    const gauge = new promClient.Gauge({ name: 'late', help: 'h', registers });
    counter.inc(2);
    gauge.set(5);
    await next();
    new Counter({ name: 'late_total', help: 'h', registers: [], store }).inc();
    new Gauge({ name: 'late', help: 'h', multiprocessMode: 'livesum', registers: [], store }).set(1);
    counter.inc();
    expect(await next()).toMatchObject({ late_total: 3, late: 1 });
    expect(said()).toEqual(['late_total metric-left-out', 'late metric-left-out']);
  });

  test('one that another mirror has', async () => {
    const { next, registers, store, said } = mirrored();
    new promClient.Counter({ name: 'c', help: 'h', registers }).inc(2);
    await next();
    const other = new promClient.Registry();
    new promClient.Counter({ name: 'c', help: 'h', registers: [other] }).inc(5);
    const mirror = mirrorRegistry(other, { store });
    await mirror.mirrorNow();
    await mirror.close();
    expect(await next()).toEqual({ c_total: 2 });
    expect(said()).toEqual(['c metric-left-out']);
  });

  test('one of our own in the same registry, which writes itself', async () => {
    const { next, registers, store, said } = mirrored();
    new Gauge({ name: 'own', help: 'h', multiprocessMode: 'max', registers, store }).set(2);
    expect(await next()).toEqual({ own: 2 });
    expect(said()).toEqual([]);
  });

  test('one that is omitted from what processes send', async () => {
    const { next, registers, said } = mirrored();
    new promClient.Gauge({ name: 'local', help: 'h', aggregator: 'omit', registers }).set(2);
    expect(await next()).toEqual({});
    expect(said()).toEqual([]);
  });

  test('the quantiles of a summary', async () => {
    const { next, registers, said } = mirrored();
    new promClient.Summary({ name: 's', help: 'h', registers }).observe(2);
    await next();
    expect(await next()).toEqual({ s_count: 1, s_sum: 2 });
    expect(said()).toEqual(['s option-ignored']);
  });

  test('one that a strict policy refuses', async () => {
    const { next, registers, problems } = mirrored(
      {},
      definePolicy({ mode: 'strict', labels: { kind: ['a', 'b', 'c'] }, maxSeriesPerMetric: 2 }),
    );
    new promClient.Counter({ name: 'c', help: 'h', labelNames: ['kind'], registers }).inc({ kind: 'a' });
    await next();
    expect(await next()).toEqual({});
    expect(problems).toMatchObject([{ code: 'metric-left-out', metric: 'c' }]);
  });
});

describe('a gauge', () => {
  test('has the mode that the application says, and else that of its aggregator', async () => {
    const { dir, next, registers, store } = mirrored({
      gaugeMode: ({ name }) => (name === 'chosen' ? 'mostrecent' : undefined),
    });
    new promClient.Gauge({ name: 'chosen', help: 'h', registers }).set(1);
    new promClient.Gauge({ name: 'least', help: 'h', aggregator: 'min', registers }).set(1);
    await next();
    expect(shardNames(dir)).toEqual([
      `gauge_livemin_${store.shardId}.db`,
      `gauge_mostrecent_${store.shardId}.db`,
    ]);
  });
});

describe('a metric', () => {
  test('whose collect fails, hangs or is slow harms no other and never runs twice at once', async () => {
    const told: StoreProblem[] = [];
    const { values, registers, problems } = mirrored({
      intervalMs: 10,
      onProblem: (problem) => told.push(problem),
    });
    let hanging = 0;
    const collects = {
      throwing() {
        throw new Error('of ann@example.com');
      },
      rejecting: () => Promise.reject(new Error('of ann@example.com')),
      hanging: () => {
        hanging++;
        return new Promise<void>(() => {});
      },
    };
    for (const [name, collect] of Object.entries(collects)) {
      new promClient.Gauge({ name, help: 'h', registers, collect });
    }
    new promClient.Counter({
      name: 'good',
      help: 'h',
      registers,
      collect() {
        this.inc();
      },
    });
    await expect.poll(() => values()['good_total'], patience).toBeGreaterThan(3);
    await expect.poll(() => told.length, patience).toBe(3);
    expect(hanging).toBe(1);
    expect(told.map(({ code, metric }) => `${metric} ${code}`).toSorted()).toEqual([
      'hanging collect-slow',
      'rejecting collect-failed',
      'throwing collect-failed',
    ]);
    expect(told.map(({ message }) => message).join(' ')).not.toContain('example.com');
    expect(problems).toEqual([]);
    expect(values()['promshard_collect_errors_total metric="throwing"']).toBeGreaterThan(0);
  });

  test('that is being read when a reading is asked for is read again', async () => {
    const { mirror, registers, values } = mirrored();
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => (open = resolve));
    let runs = 0;
    new promClient.Gauge({
      name: 'g',
      help: 'h',
      registers,
      async collect() {
        this.set(++runs);
        if (runs === 1) await gate;
      },
    });
    const first = mirror.mirrorNow();
    await Promise.resolve();
    const second = mirror.mirrorNow();
    open();
    await Promise.all([first, second]);
    expect(values()).toEqual({ g: 2 });
  });
});

describe.each(backends)('on the %s backend a process', (backend) => {
  const fixture = fileURLToPath(new URL('fixtures/mirror-and-leave.mjs', import.meta.url));

  test.each([
    ['return', 0],
    ['exit', 0],
    ['throw', 1],
    ['thread', 0],
  ])('that ends by %s leaves all that was counted', (ending, status) => {
    const dir = temporaryDirectory();
    const result = spawnSync(process.execPath, [fixture, dir, backend, ending], {
      timeout: 60_000,
      encoding: 'utf8',
    });
    expect(result.status, result.stderr).toBe(status);
    expect(readDirectory(dir)).toEqual({
      values: { jobs_total: 7, 'size_bucket le="1.0"': 0, 'size_bucket le="+Inf"': 1, size_sum: 3, level: 4 },
      problems: [],
    });
  });
});

test.each([
  ['something that is no registry', {}, {}],
  ['an interval that is none', new promClient.Registry(), { intervalMs: 0 }],
  ['a mode that does not exist', new promClient.Registry(), { gaugeMode: 'total' }],
])('%s is refused', (_what, registry, options) => {
  expect(() => mirrorRegistry(registry as never, options as never)).toThrow(
    expect.objectContaining({ name: 'WriterError', code: 'MIRROR_INVALID' }),
  );
});
