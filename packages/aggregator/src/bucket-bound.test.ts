import { expect, test } from 'vitest';
import { parseBound } from './bucket-bound.js';

test.each([
  ['0.5', 0.5],
  ['1', 1],
  ['1.0', 1],
  ['-2.5', -2.5],
  ['1e+06', 1e6],
  ['1e+010', 1e10],
  ['5e-324', 5e-324],
  ['+Inf', Infinity],
  ['-Inf', -Infinity],
])('%s is a bound', (text, bound) => {
  expect(parseBound(text)).toBe(bound);
});

test.each(['', ' 1', '1 ', 'NaN', 'Inf', 'inf', '0x10', '1_000', '1e', '.', '1,5'])(
  '"%s" is none',
  (text) => {
    expect(parseBound(text)).toBeUndefined();
  },
);
