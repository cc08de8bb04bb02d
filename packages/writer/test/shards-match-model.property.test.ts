import { finestIndex, goFloat, SMALLEST_MAGNITUDE } from '@promshard/shard-format';
import { standardPolicy, type LabelPolicy } from '@promshard/label-policy';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';

import { Counter, Gauge, Histogram, openShardStore, Summary } from '../src/index.js';
import { readDirectory, seriesName, temporaryDirectory } from './directory.js';
import { backends } from './tools.js';

vi.setConfig({ testTimeout: 60_000 });

const anything: LabelPolicy = {
  ...standardPolicy,
  maxSeriesPerProcess: 1_000_000,
  seriesBudget: () => 1_000_000,
  checkName: () => undefined,
  checkValue: () => undefined,
};
const BUCKETS = [0.1, 1, 1_000_000];
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('', '"', '\\', '\n', 'é', '😀'),
);
const labels = fc.record({ a: text, b: text }, { requiredKeys: [] });
const amount = fc.double({ min: 0, max: 1e9, noNaN: true });
const operation = fc.oneof(
  { weight: 5, arbitrary: fc.record({ op: fc.constant('inc' as const), labels, value: amount }) },
  {
    weight: 3,
    arbitrary: fc.record({ op: fc.constant('set' as const), labels, value: fc.double({ noNaN: true }) }),
  },
  { weight: 5, arbitrary: fc.record({ op: fc.constant('observe' as const), labels, value: amount }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('summarise' as const), labels, value: amount }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('remove' as const), labels, value: fc.constant(0) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('flush' as const), labels, value: fc.constant(0) }) },
  // Fills more than one block, so that files grow in between.
  { weight: 1, arbitrary: fc.record({ op: fc.constant('many' as const), labels, value: fc.nat(60) }) },
);

/** What the shards must say: plain sums. */
class Model {
  readonly values: Record<string, number> = {};

  set(sample: string, labelValues: Record<string, string>, value: number): void {
    this.values[seriesName(sample, labelValues)] = value;
  }

  add(sample: string, labelValues: Record<string, string>, value: number): void {
    const series = seriesName(sample, labelValues);
    this.values[series] = (this.values[series] ?? 0) + value;
  }

  remove(sample: string, labelValues: Record<string, string>): void {
    delete this.values[seriesName(sample, labelValues)];
  }
}

/** Scale 5: eight bins of the finest scale are one. */
function binOf(value: number): string {
  if (Math.abs(value) <= SMALLEST_MAGNITUDE) return '_bin0';
  return `_bin5${value > 0 ? 'p' : 'n'}${Math.ceil(finestIndex(Math.abs(value)) / 8)}`;
}

describe.each(backends)('after any operations on the %s backend', (backend) => {
  test('the shards decode without a problem and hold what a model holds', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 120 }), (operations) => {
        const dir = temporaryDirectory();
        const model = new Model();
        const store = openShardStore({ dir, backend, isolated: true, labelPolicy: anything });
        try {
          const base = { help: 'Help "é" \\ text.', labelNames: ['a', 'b'] as const, registers: [], store };
          const counter = new Counter({ ...base, name: 'c_total' });
          const gauge = new Gauge({ ...base, name: 'g', multiprocessMode: 'max' });
          const histogram = new Histogram({ ...base, name: 'h', buckets: BUCKETS });
          const summary = new Summary({ ...base, name: 's', percentiles: [0.5] });
          model.add('s_quantile0.5', {}, 0);
          const addZero = (samples: readonly string[], labelValues: Record<string, string>): void => {
            for (const sample of samples) model.add(sample, labelValues, 0);
          };
          for (const { op, labels: labelValues, value } of operations) {
            switch (op) {
              case 'inc':
                counter.inc(labelValues, value);
                model.add('c_total', labelValues, value);
                break;
              case 'set':
                gauge.set(labelValues, value);
                model.set('g', labelValues, value);
                break;
              case 'observe':
                histogram.observe(labelValues, value);
                for (const bound of [...BUCKETS, Infinity]) {
                  addZero(['h_bucket'], { ...labelValues, le: goFloat(bound) });
                }
                model.add('h_sum', labelValues, value);
                model.add(
                  'h_bucket',
                  { ...labelValues, le: goFloat([...BUCKETS, Infinity].find((b) => value <= b) ?? 0) },
                  1,
                );
                break;
              case 'summarise':
                summary.observe(labelValues, value);
                model.add('s_sum', labelValues, value);
                model.add('s_count', labelValues, 1);
                model.add(`s${binOf(value)}`, labelValues, 1);
                break;
              case 'remove':
                counter.remove(labelValues);
                model.remove('c_total', labelValues);
                break;
              case 'many':
                for (let i = 0; i < value; i++) {
                  counter.inc({ ...labelValues, b: `many ${i}` });
                  model.add('c_total', { ...labelValues, b: `many ${i}` }, 1);
                }
                break;
              case 'flush':
                store.flush();
                break;
            }
          }
          store.flush();
          const { values, problems } = readDirectory(dir);
          expect(problems).toEqual([]);
          expect(values).toEqual(model.values);
        } finally {
          store.close();
        }
        expect(readDirectory(dir).values).toEqual(model.values);
      }),
      { numRuns: 60 },
    );
  });
});
