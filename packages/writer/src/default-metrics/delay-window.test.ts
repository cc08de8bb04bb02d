import { createHistogram } from 'node:perf_hooks';

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { runsOf } from './delay-monitor.js';
import { DelayWindow } from './delay-window.js';

test('statistics are those of the last minute', () => {
  const window = new DelayWindow();
  expect(window.statistics()).toBeUndefined();
  window.add([{ seconds: 9, count: 1 }], 0);
  window.add([], 5000);
  expect(window.statistics()).toMatchObject({ min: 9, max: 9, stddev: 0, p50: 9, p99: 9 });
  window.add(
    [
      { seconds: 0.01, count: 98 },
      { seconds: 0.02, count: 2 },
    ],
    10_000,
  );
  expect(window.statistics()).toMatchObject({ min: 0.01, max: 9, p50: 0.01, p90: 0.01, p99: 0.02 });
  window.add([], 60_000);
  const { mean, stddev, ...rest } = window.statistics()!;
  expect(rest).toEqual({ min: 0.01, max: 0.02, p50: 0.01, p90: 0.01, p99: 0.02 });
  expect(mean).toBeCloseTo(0.0102, 10);
  expect(stddev).toBeCloseTo(0.0014, 10);
  window.add([], 70_000);
  expect(window.statistics()).toBeUndefined();
});

test('everything that a histogram of Node.js holds is found, each value as often as it was recorded', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 1_000_000_000 }), { maxLength: 300 }), (values) => {
      const histogram = createHistogram();
      for (const value of values) histogram.record(value);
      const runs = runsOf(histogram);
      expect(runs.reduce((sum, { count }) => sum + count, 0)).toBe(values.length);
      // Three digits are kept of a value, so equal ones are equal in the runs, too.
      const found = runs.flatMap(({ seconds, count }) => Array.from({ length: count }, () => seconds * 1e9));
      for (const [i, value] of values.toSorted((a, b) => a - b).entries()) {
        expect(Math.abs(found[i]! - value)).toBeLessThanOrEqual(value / 1000 + 1);
      }
    }),
  );
});
