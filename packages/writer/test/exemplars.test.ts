import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { context, trace, TraceFlags } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { definePolicy } from '@promshard/label-policy';
import { decodeExemplars, parseKey, type StoredExemplar } from '@promshard/shard-format';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';

import { Counter, Histogram, openShardStore, type ShardStore, type ShardStoreOptions } from '../src/index.js';
import { temporaryDirectory } from './directory.js';
import { backends } from './tools.js';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN_ID = '00f067aa0ba902b7';

afterEach(() => context.disable());

function isolated(options: ShardStoreOptions = {}): {
  readonly store: ShardStore;
  readonly dir: string;
  /** By sample name and `le`. */
  readonly exemplars: () => Record<string, StoredExemplar | undefined>;
} {
  const dir = temporaryDirectory();
  const store = openShardStore({ dir, isolated: true, ...options });
  onTestFinished(() => store.close());
  const exemplars = (): Record<string, StoredExemplar | undefined> => {
    store.flush();
    const file = readdirSync(dir).find((name) => name.endsWith('.exemplars'));
    if (file === undefined) return {};
    expect(file).toBe(`${store.shardId}.exemplars`);
    const { entries, problem } = decodeExemplars(readFileSync(join(dir, file)));
    expect(problem).toBeUndefined();
    return Object.fromEntries(
      entries.map(({ keyText, exemplar }) => {
        const key = parseKey(keyText);
        return [[key?.sample, key?.labels['le']].filter((text) => text !== undefined).join(' '), exemplar];
      }),
    );
  };
  return { store, dir, exemplars };
}

/** Runs in a span of OpenTelemetry, as instrumentations do. */
function inSpan(run: () => void, traceFlags: TraceFlags = TraceFlags.SAMPLED): void {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const span = trace.wrapSpanContext({ traceId: TRACE_ID, spanId: SPAN_ID, traceFlags });
  context.with(trace.setSpan(context.active(), span), run);
}

const base = { help: 'h', registers: [], enableExemplars: true };
const at = expect.any(Number) as number;

describe.each(backends)('on the %s backend', (backend) => {
  test('labels that come with a value are kept, the latest for each total and each bucket', () => {
    const { store, exemplars } = isolated({ backend });
    const jobs = new Counter({ ...base, name: 'jobs_total', labelNames: ['kind'], store });
    const took = new Histogram({ ...base, name: 'took', buckets: [1], store });
    jobs.inc({ labels: { kind: 'zip' }, value: 2, exemplarLabels: { trace_id: 'a' } });
    took.observe({ value: 0.5, exemplarLabels: { trace_id: 'b', span_id: 7 } });
    for (const id of ['c', 'd', 'e']) took.observe({ value: 3, exemplarLabels: { trace_id: id } });
    took.observe({ value: 4 });
    expect(exemplars()).toEqual({
      jobs_total: { labels: { trace_id: 'a' }, value: 2, timestamp: at },
      'took_bucket 1.0': { labels: { trace_id: 'b', span_id: '7' }, value: 0.5, timestamp: at },
      'took_bucket +Inf': { labels: { trace_id: 'e' }, value: 3, timestamp: at },
    });
  });

  test("OpenTelemetry's active span is taken where no labels are given, by all ways to count", () => {
    const { store, exemplars } = isolated({ backend });
    const names = ['bare', 'child', 'labels', 'data'];
    const counters = names.map(
      (name) => new Counter({ ...base, name, labelNames: name === 'bare' ? [] : ['a'], store }),
    );
    const took = new Histogram({ ...base, name: 'took', buckets: [1], store });
    const [bare, child, labels, data] = counters;
    inSpan(() => {
      bare?.inc();
      child?.labels('x').inc(2);
      labels?.inc({ labels: { a: 'x' } });
      data?.inc({ labels: { a: 'x' }, exemplarLabels: { trace_id: 'given' } });
      took.observe(0.5);
      took.startTimer()();
    });
    const span = { labels: { trace_id: TRACE_ID, span_id: SPAN_ID }, timestamp: at };
    expect(exemplars()).toEqual({
      bare_total: { ...span, value: 1 },
      child_total: { ...span, value: 2 },
      labels_total: { ...span, value: 1 },
      data_total: { labels: { trace_id: 'given' }, value: 1, timestamp: at },
      'took_bucket 1.0': { ...span, value: 0.5 },
    });
  });
});

test('a span that is not sampled, or none, leaves no exemplar and no file', () => {
  const { store, dir, exemplars } = isolated();
  const jobs = new Counter({ ...base, name: 'jobs', store });
  jobs.inc();
  inSpan(() => jobs.inc(), TraceFlags.NONE);
  expect(exemplars()).toEqual({});
  expect(readdirSync(dir).filter((name) => name.endsWith('.exemplars'))).toEqual([]);
});

test('a metric without exemplars has none, whatever span is active', () => {
  const { store, exemplars } = isolated();
  const jobs = new Counter({ ...base, name: 'jobs', enableExemplars: false, store });
  inSpan(() => jobs.inc());
  expect(exemplars()).toEqual({});
});

test('whatever else is registered as OpenTelemetry does no harm', () => {
  const { store, exemplars } = isolated();
  const jobs = new Counter({ ...base, name: 'jobs', store });
  const scope = globalThis as Record<symbol, unknown>;
  const api = Symbol.for('opentelemetry.js.api.1');
  const before = scope[api];
  onTestFinished(() => void (scope[api] = before));
  const throwing = {
    active(): never {
      throw new Error('not today');
    },
  };
  const strange = { active: () => ({ getValue: () => ({ spanContext: () => ({ traceId: 7 }) }) }) };
  for (const other of [7, {}, { context: 7 }, { context: throwing }, { context: strange }]) {
    scope[api] = other;
    expect(() => jobs.inc()).not.toThrow();
  }
  expect(exemplars()).toEqual({});
});

test('labels that are no identifiers of a trace go by the policy, and too many are none', () => {
  const labelPolicy = definePolicy({});
  const { store, exemplars } = isolated({ labelPolicy });
  const counters = ['a', 'b', 'c'].map((name) => new Counter({ ...base, name, store }));
  const [first, second, third] = counters;
  first?.inc({
    exemplarLabels: { trace_id: 'abc', email: 'someone@example.com', shard: 'someone@example.com' },
  });
  second?.inc({ exemplarLabels: { trace_id: 'someone@example.com' } });
  // prom-client's error, after it has counted.
  const tooLong = { trace_id: 'abc', plan: 'x '.repeat(60) };
  expect(() => third?.inc({ exemplarLabels: tooLong })).toThrow(RangeError);
  expect(exemplars()).toEqual({
    a_total: { labels: { trace_id: 'abc' }, value: 1, timestamp: at },
    c_total: undefined,
  });
});

test('exemplars are there again in a file that is made anew', () => {
  const first = isolated();
  const jobs = new Counter({ ...base, name: 'jobs', store: first.store });
  jobs.inc({ exemplarLabels: { trace_id: 'abc' } });
  for (let i = 0; i < 50; i++) {
    const other = new Counter({ ...base, name: `other_${i}`, store: first.store });
    other.inc({ exemplarLabels: { trace_id: `t${i}` } });
  }
  const all = first.exemplars();
  expect(Object.keys(all)).toHaveLength(51);
  first.store.close();
  expect(first.exemplars()).toEqual(all);
});
