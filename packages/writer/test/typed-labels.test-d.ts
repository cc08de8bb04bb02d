// Checked by the type checker alone: label names are those that were declared, as with prom-client.
import type { Registry } from 'prom-client';

import { Counter, Gauge, Histogram, Summary } from '../src/index.js';

const base = { name: 'm', help: 'h', labelNames: ['method', 'code'] } as const;

export function use(registry: Registry): void {
  const counter = new Counter({ ...base, registers: [registry] });
  counter.inc({ method: 'GET', code: 200 }, 2);
  counter.labels({ method: 'GET' }).inc();
  counter.inc({ labels: { method: 'GET' }, exemplarLabels: { trace_id: 'abc' } });
  // @ts-expect-error -- not declared
  counter.inc({ other: 'x' });
  // @ts-expect-error -- not declared
  counter.labels({ other: 'x' });
  // @ts-expect-error -- not declared
  counter.remove({ other: 'x' });
  // @ts-expect-error -- neither a text nor a number
  counter.inc({ method: true });
  // @ts-expect-error -- a number
  counter.inc('1');

  const gauge = new Gauge({ ...base, multiprocessMode: 'max' });
  gauge.set({ method: 'GET' }, 1);
  gauge.startTimer({ method: 'GET' })({ code: 200 });
  // @ts-expect-error -- not declared
  gauge.set({ other: 'x' }, 1);
  // @ts-expect-error -- a value
  gauge.set({ method: 'GET' });
  // @ts-expect-error -- a gauge says how processes combine
  void new Gauge(base);
  // @ts-expect-error -- a mode that does not exist
  void new Gauge({ ...base, multiprocessMode: 'median' });
  void new Gauge({ ...base, aggregator: 'average' });

  const histogram = new Histogram({ ...base, buckets: [1, 2] });
  histogram.observe({ code: 200 }, 0.5);
  histogram.zero({ method: 'GET' });
  // @ts-expect-error -- not declared
  histogram.observe({ other: 'x' }, 0.5);
  // @ts-expect-error -- not declared
  histogram.zero({ other: 'x' });

  const summary = new Summary({ ...base, percentiles: [0.5], maxAgeSeconds: 60, ageBuckets: 5 });
  summary.startTimer({ method: 'GET' })();
  // @ts-expect-error -- not declared
  summary.observe({ other: 'x' }, 0.5);

  // The names may be written as a type.
  const typed: Counter<'method' | 'code'> = new Counter({
    name: 'n',
    help: 'h',
    labelNames: ['method', 'code'],
  });
  typed.inc({ code: 200 });
  // Without label names any may be given to the checker, as in prom-client.
  new Counter({ name: 'o', help: 'h' }).inc();
}
