import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { SKETCH_FINEST_SCALE } from './layout.js';
import {
  binSuffix,
  coarserIndex,
  finestIndex,
  parseSketchSuffix,
  quantileSuffix,
  SMALLEST_MAGNITUDE,
  type SketchBin,
} from './sketch-bin.js';
import { quantilesOfBins, rankOf, relativeErrorOf, type CountedBin } from './sketch-quantile.js';

const QUANTILES = [0, 0.01, 0.25, 0.5, 0.9, 0.99, 0.999, 1];

function binOf(value: number, scale: number): SketchBin {
  const magnitude = Math.abs(value);
  if (magnitude <= SMALLEST_MAGNITUDE) return { sign: 0, scale: 0, index: 0 };
  const index = coarserIndex(finestIndex(magnitude), SKETCH_FINEST_SCALE - scale);
  return { sign: value > 0 ? 1 : -1, scale, index };
}

function binsOf(values: readonly number[], scale: number): CountedBin[] {
  return values.map((value) => ({ ...binOf(value, scale), count: 1 }));
}

function exact(values: readonly number[], quantile: number): number {
  return values.toSorted((a, b) => a - b)[Math.max(0, rankOf(quantile, values.length) - 1)] ?? Number.NaN;
}

/** Numbers of every size, ties and both signs among them. */
const value = fc.oneof(
  fc.double({ min: -1e3, max: 1e3, noNaN: true }),
  fc.double({ min: 1e-19, max: 1e19, noNaN: true }),
  fc.integer({ min: -5, max: 5 }),
  fc.integer({ min: -60, max: 60 }).map((power) => 2 ** power),
);
const values = fc.array(value, { minLength: 1, maxLength: 200 });
const scale = fc.integer({ min: 0, max: 8 });

describe('a quantile of bins', () => {
  test('is within the stated error of the exact quantile, whatever the values and the scale', () => {
    fc.assert(
      fc.property(values, scale, (some, ofScale) => {
        const estimates = quantilesOfBins(binsOf(some, ofScale), QUANTILES) ?? [];
        for (const [i, quantile] of QUANTILES.entries()) {
          const truth = exact(some, quantile);
          const allowed = Math.abs(truth) * relativeErrorOf(ofScale) * (1 + 1e-9) + SMALLEST_MAGNITUDE;
          expect(Math.abs((estimates[i] ?? Number.NaN) - truth)).toBeLessThanOrEqual(allowed);
        }
      }),
    );
  });

  test('is that of the coarsest scale where writers differ, and the same in any order of merging', () => {
    fc.assert(
      fc.property(values, values, scale, scale, (some, others, first, second) => {
        const merged = [...binsOf(some, first), ...binsOf(others, second)];
        const estimates = quantilesOfBins(merged, QUANTILES);
        expect(quantilesOfBins(merged.toReversed(), QUANTILES)).toEqual(estimates);
        const coarsest = Math.min(first, second);
        const error = relativeErrorOf(coarsest) * (1 + 1e-9);
        for (const [i, quantile] of QUANTILES.entries()) {
          const truth = exact([...some, ...others], quantile);
          const distance = Math.abs((estimates?.[i] ?? Number.NaN) - truth);
          expect(distance).toBeLessThanOrEqual(Math.abs(truth) * error + SMALLEST_MAGNITUDE);
        }
      }),
    );
  });

  test('is the same when equal bins were added up before', () => {
    fc.assert(
      fc.property(values, scale, (some, ofScale) => {
        const sums = new Map<string, CountedBin>();
        for (const bin of binsOf(some, ofScale)) {
          const key = binSuffix(bin);
          sums.set(key, { ...bin, count: (sums.get(key)?.count ?? 0) + 1 });
        }
        expect(quantilesOfBins([...sums.values()], QUANTILES)).toEqual(
          quantilesOfBins(binsOf(some, ofScale), QUANTILES),
        );
      }),
    );
  });

  test('of nothing is none, and counts that are none count nothing', () => {
    const bin = binOf(3, 5);
    expect(quantilesOfBins([], [0.5])).toBeUndefined();
    const junk = [0, -1, Number.NaN, Infinity].map((count) => ({ ...bin, count }));
    expect(quantilesOfBins(junk, [0.5])).toBeUndefined();
    expect(quantilesOfBins([...junk, { ...binOf(-8, 5), count: 1 }], [0.5])?.[0]).toBeCloseTo(-8, 0);
  });

  test('beyond 2^64 is an infinity, and below 2^-64 is zero', () => {
    const of = (some: number): number | undefined => quantilesOfBins(binsOf([some], 5), [0.5])?.[0];
    expect([of(1e300), of(-1e300), of(2 ** 64 * 1.0001), of(1e-300), of(-1e-20), of(0), of(-0)]).toEqual([
      Infinity,
      -Infinity,
      Infinity,
      0,
      0,
      0,
      0,
    ]);
    expect(of(2 ** 64)).toBeCloseTo(2 ** 64, -18);
  });
});

describe('a bin', () => {
  test('holds what lies above its lower bound, up to its upper bound', () => {
    fc.assert(
      fc.property(fc.double({ min: 6e-20, max: 1e19, noNaN: true }), scale, (some, ofScale) => {
        const { index } = binOf(some, ofScale);
        const width = 2 ** ofScale;
        const rounding = 1 + 1e-12;
        expect(some).toBeGreaterThan(2 ** ((index - 1) / width) / rounding);
        expect(some).toBeLessThanOrEqual(2 ** (index / width) * rounding);
      }),
    );
  });

  test('of a power of two has it as its upper bound', () => {
    for (let power = -63; power <= 64; power++) expect(finestIndex(2 ** power)).toBe(power * 256);
  });

  test('at a coarser scale is one with its neighbour', () => {
    expect([-3, -2, -1, 0, 1, 2, 3].map((index) => coarserIndex(index, 1))).toEqual([-1, -1, 0, 0, 1, 1, 2]);
  });

  test('is named so that it is read back', () => {
    fc.assert(
      fc.property(value, scale, (some, ofScale) => {
        const bin = binOf(some, ofScale);
        expect(parseSketchSuffix(binSuffix(bin))).toEqual({ kind: 'bin', bin });
      }),
    );
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (quantile) => {
        const normal = quantile < 1e-300 ? 0 : quantile;
        expect(parseSketchSuffix(quantileSuffix(normal))).toEqual({ kind: 'quantile', quantile: normal });
      }),
    );
  });

  test.each([
    '',
    '_bin',
    '_bin9p1',
    '_bin5x1',
    '_bin5p2050',
    '_bin5p-2049',
    '_bin0p66',
    '_bin5p1.5',
    '_quantile',
    '_quantile1.5',
    '_quantile-0.5',
    '_quantileNaN',
    '_sum',
  ])('is not what %j names', (suffix) => expect(parseSketchSuffix(suffix)).toBeUndefined());
});
