import * as promClient from 'prom-client';
import { expect, test } from 'vitest';

import { Counter, Gauge, Histogram, Summary } from '../src/index.js';

test('a metric goes where the types ask for one of prom-client', () => {
  const registry = new promClient.Registry();
  const base = { help: 'h', labelNames: ['a'] as const, registers: [] };
  const counter: promClient.Counter<'a'> = new Counter({ ...base, name: 'c' });
  const gauge: promClient.Gauge<'a'> = new Gauge({ ...base, name: 'g', multiprocessMode: 'max' });
  const histogram: promClient.Histogram<'a'> = new Histogram({ ...base, name: 'h' });
  const summary: promClient.Summary<'a'> = new Summary({ ...base, name: 's', registers: [registry] });
  const metrics: promClient.Metric<'a'>[] = [counter, gauge, histogram];
  for (const metric of metrics) registry.registerMetric(metric);
  expect(registry.getMetricsAsArray()).toEqual([summary, ...metrics]);
});
