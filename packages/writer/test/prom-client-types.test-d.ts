// Checked by the type checker alone: a metric goes where one of prom-client is asked for.
import type * as promClient from 'prom-client';

import { Counter, Gauge, Histogram, Summary } from '../src/index.js';

const labelNames = ['a'] as const;

export function asPromClientMetrics(registry: promClient.Registry): promClient.Metric<'a'>[] {
  const counter: promClient.Counter<'a'> = new Counter({ name: 'c', help: 'h', labelNames });
  const gauge: promClient.Gauge<'a'> = new Gauge({
    name: 'g',
    help: 'h',
    labelNames,
    multiprocessMode: 'max',
  });
  const histogram: promClient.Histogram<'a'> = new Histogram({ name: 'h', help: 'h', labelNames });
  const summary: promClient.Summary<'a'> = new Summary({
    name: 's',
    help: 'h',
    labelNames,
    registers: [registry],
  });
  registry.registerMetric(counter);
  return [counter, gauge, histogram, summary];
}
