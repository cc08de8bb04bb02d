import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { editDistance } from './nearest-name.js';

const name = fc.string({ unit: fc.constantFrom('A', 'B', '_'), maxLength: 8 });

test('a distance is 0 for equal names only, and the same both ways', () => {
  fc.assert(
    fc.property(name, name, (a, b) => {
      expect(editDistance(a, b) === 0).toBe(a === b);
      if (Math.max(a.length, b.length) <= 2 * Math.min(a.length, b.length)) {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
      }
    }),
  );
});

test.each([
  ['BACKEND', 'BACKND', 1],
  ['BACKEND', 'BCAKEND', 1],
  ['BACKEND', 'FRONTEND', 5],
  ['', 'A', 1],
])('from %s to %s it is %i', (a, b, distance) => {
  expect(editDistance(a, b)).toBe(distance);
});
