import * as successor from '@prometheus-io/client';
import * as promClient from 'prom-client';
import { describe, expect, test } from 'vitest';

import { readAtOnce } from './read-at-once.js';
import { readSource } from './source-metric.js';

describe.each([
  ['prom-client', promClient],
  ['@prometheus-io/client', successor as unknown as typeof promClient],
])('at once, as get() tells, are read of %s', (_name, client) => {
  const options = { help: 'h', labelNames: ['a'], registers: [] };
  const counter = new client.Counter({ ...options, name: 'c' });
  const gauge = new client.Gauge({ ...options, name: 'g', aggregator: 'max' });
  const histogram = new client.Histogram({ ...options, name: 'h', buckets: [1, 2.5] });
  const summary = new client.Summary({ ...options, name: 's', percentiles: [] });
  const bare = new client.Histogram({ name: 'b', help: 'h', registers: [] });
  for (const a of ['x', 'y']) {
    counter.inc({ a }, 2.5);
    gauge.set({ a }, -1);
    for (const value of [0.5, 2, 100]) {
      histogram.observe({ a }, value);
      summary.observe({ a }, value);
    }
  }

  test.each([counter, gauge, histogram, summary, bare])('$name', async (metric) => {
    expect(readSource(readAtOnce(metric))).toEqual(readSource(await metric.get()));
  });
});

test('a metric whose values are kept in another way is not read', () => {
  expect(readAtOnce({ name: 'c', type: 'counter' })).toBeUndefined();
  expect(
    readAtOnce({ name: 'h', type: 'histogram', hashMap: { x: { labels: {}, value: 3 } } }),
  ).toBeUndefined();
});
