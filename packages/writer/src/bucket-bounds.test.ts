import fc from 'fast-check';
import { expect, test } from 'vitest';

import { bucketBounds, bucketOf } from './bucket-bounds.js';

test('bounds are ascending, finite and each once', () => {
  expect([...bucketBounds('h', [5, 1, Infinity, 1, 2])]).toEqual([1, 2, 5]);
});

test('a bound that is not a number is refused', () => {
  expect(() => bucketBounds('h', [1, NaN])).toThrow('The buckets of histogram h must all be numbers.');
});

test('a value falls into the first bucket whose bound is not below it', () => {
  const bound = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(fc.array(bound, { maxLength: 40 }), bound, (buckets, value) => {
      const bounds = bucketBounds('h', buckets);
      const expected = bounds.findIndex((each) => value <= each);
      expect(bucketOf(bounds, value)).toBe(expected === -1 ? bounds.length : expected);
      for (const [i, each] of bounds.entries()) expect(bucketOf(bounds, each)).toBe(i);
    }),
  );
});
