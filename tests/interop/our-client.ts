import { standardPolicy } from '@promshard/label-policy';
import { vi } from 'vitest';
import { Counter, Gauge, Histogram, openShardStore, Summary, type ShardStore } from '@promshard/writer';

import type { Metric, Operation, Program } from './operations.js';

/** Lets every label pass: what a policy changes is another test's matter. */
const ANY_LABEL = {
  ...standardPolicy,
  maxSeriesPerProcess: 10_000,
  seriesBudget: () => 10_000,
  checkName: () => undefined,
  checkValue: () => undefined,
};

/** Does what a program says with our writer, as a writer of its own, which the caller closes. */
export function writeOurs(
  dir: string,
  { metrics, operations }: Program,
  backend: 'auto' | 'pwrite',
): ShardStore {
  const problems: unknown[] = [];
  const onProblem = (problem: unknown): unknown => problems.push(problem);
  const store = openShardStore({ dir, backend, isolated: true, labelPolicy: ANY_LABEL, onProblem });
  vi.useFakeTimers({ toFake: ['Date'] });
  try {
    const calls = metrics.map((metric) => declare(metric, store));
    for (const operation of operations) {
      vi.setSystemTime(operation.now * 1000);
      calls[operation.metric]?.(operation);
    }
  } finally {
    vi.useRealTimers();
    store.flush();
  }
  if (problems.length > 0) throw new Error('The store could not write.', { cause: problems[0] });
  return store;
}

/** Declares a metric; the result does an operation on it. */
function declare(metric: Metric, store: ShardStore): (operation: Operation) => void {
  const { help, labelNames } = metric;
  const common = { name: metric.name, help, labelNames, registers: [], store };
  switch (metric.type) {
    case 'counter': {
      const counter = new Counter({ ...common, name: `${metric.name}_total` });
      return ({ labels, value }) => counter.labels(...labels).inc(value);
    }
    case 'gauge': {
      const gauge = new Gauge({ ...common, multiprocessMode: metric.mode });
      return ({ labels, method, value }) => {
        if (method !== 'observe') gauge.labels(...labels)[method](value);
      };
    }
    case 'histogram': {
      const histogram = new Histogram({ ...common, buckets: metric.buckets });
      return ({ labels, value }) => histogram.labels(...labels).observe(value);
    }
    case 'summary': {
      const summary = new Summary(common);
      return ({ labels, value }) => summary.labels(...labels).observe(value);
    }
  }
}
