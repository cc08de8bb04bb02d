import { decodeShard, encodeKey, quantilesOfBins, rankOf, relativeErrorOf } from '@promshard/shard-format';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { cellEntries } from './cell-entries.js';
import { Shard } from './shard.js';
import { MAX_BINS, Sketch } from './sketch.js';

const QUANTILES = [0, 0.5, 0.95, 0.99, 1];

function newSketch(scale: number): { readonly sketch: Sketch; readonly shard: Shard } {
  const shard = new Shard({ kind: 'sketch' });
  const place = (suffix: string): ReturnType<Shard['append']> =>
    shard.append(cellEntries([encodeKey({ family: 'x', sample: `x${suffix}`, labels: {}, help: '' })]));
  return { sketch: new Sketch(scale, place), shard };
}

function exact(values: readonly number[], quantile: number): number {
  return values.toSorted((a, b) => a - b)[Math.max(0, rankOf(quantile, values.length) - 1)] ?? Number.NaN;
}

const latency = fc.double({ min: 1e-4, max: 100, noNaN: true });
const anySize = fc.oneof(fc.double({ min: -1e18, max: 1e18, noNaN: true }), latency, fc.integer({ max: 9 }));

describe('a sketch', () => {
  test('knows quantiles within the error of its scale', () => {
    fc.assert(
      fc.property(fc.array(latency, { minLength: 1, maxLength: 300 }), (values) => {
        const { sketch } = newSketch(5);
        for (const value of values) sketch.add(value);
        const estimates = quantilesOfBins(sketch.counts(), QUANTILES) ?? [];
        for (const [i, quantile] of QUANTILES.entries()) {
          const truth = exact(values, quantile);
          expect(Math.abs((estimates[i] ?? 0) - truth)).toBeLessThanOrEqual(truth * 0.0109);
        }
      }),
    );
  });

  test('has each value in one entry, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(anySize, { maxLength: 300 }), fc.integer({ min: 0, max: 8 }), (values, scale) => {
        const { sketch, shard } = newSketch(scale);
        for (const value of values) sketch.add(value);
        const { entries, problems } = decodeShard(shard.contents());
        expect(problems).toEqual([]);
        expect(entries.reduce((sum, { value }) => sum + value, 0)).toBe(values.length);
        expect(entries.map(({ key }) => key.sample)).toEqual([
          ...new Set(entries.map(({ key }) => key.sample)),
        ]);
        expect(sketch.counts()).toHaveLength(entries.length);
      }),
    );
  });

  test(`goes on in wider bins after ${MAX_BINS}, and no further than the widest`, () => {
    const { sketch, shard } = newSketch(5);
    const values: number[] = [];
    for (let exponent = -64; exponent < 64; exponent += 1 / 64) {
      for (const value of [2 ** exponent, -(2 ** exponent)]) {
        values.push(value);
        sketch.add(value);
      }
    }
    const bins = sketch.counts();
    const scales = bins.filter(({ sign }) => sign !== 0).map(({ scale }) => scale);
    expect(Math.min(...scales)).toBeGreaterThanOrEqual(0);
    for (const scale of new Set(scales)) {
      expect(scales.filter((other) => other === scale).length).toBeLessThanOrEqual(MAX_BINS);
    }
    expect(shard.used).toBeLessThan(6 * MAX_BINS * 64);
    expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(values.length);
    const error = relativeErrorOf(Math.min(...scales)) * (1 + 1e-9);
    for (const [i, quantile] of QUANTILES.entries()) {
      const truth = exact(values, quantile);
      const estimate = quantilesOfBins(bins, QUANTILES)?.[i] ?? Number.NaN;
      expect(Math.abs(estimate - truth)).toBeLessThanOrEqual(Math.abs(truth) * error + 2 ** -64);
    }
  });

  test('begins at 0 again, and marks what is removed', () => {
    const { sketch, shard } = newSketch(5);
    for (const value of [1, 1, -2, 0]) sketch.add(value);
    const entries = (): number[][] =>
      decodeShard(shard.contents()).entries.map(({ value, timestamp }) => [value, timestamp]);
    expect(entries()).toEqual([
      [2, 0],
      [1, 0],
      [1, 0],
    ]);
    sketch.remove();
    expect(entries().map(([, timestamp]) => timestamp)).toEqual([-1, -1, -1]);
    sketch.zero();
    sketch.restore();
    sketch.add(1);
    expect(entries()).toEqual([
      [1, 0],
      [0, 0],
      [0, 0],
    ]);
  });

  test('counts on where new entries went to another shard', () => {
    const shards = [new Shard({ kind: 'sketch' }), new Shard({ kind: 'sketch' })];
    let placed = 0;
    const sketch = new Sketch(5, (suffix) => {
      const shard = shards[placed++ % 2] ?? new Shard({ kind: 'sketch' });
      return shard.append(
        cellEntries([encodeKey({ family: 'x', sample: `x${suffix}`, labels: {}, help: '' })]),
      );
    });
    for (let round = 0; round < 3; round++) for (const value of [1, 10, 100, 0]) sketch.add(value);
    expect(sketch.counts().map(({ count }) => count)).toEqual([3, 3, 3, 3]);
    sketch.zero();
    sketch.remove();
    sketch.restore();
    expect(sketch.counts().map(({ count }) => count)).toEqual([0, 0, 0, 0]);
  });
});
