import { expect, test } from 'vitest';

import { goFloat } from './go-float.js';

// Each right side is what prometheus_client's floatToGoString printed (0.26.0, CPython 3.11).
test.each([
  [0.005, '0.005'],
  [0.5, '0.5'],
  [1, '1.0'],
  [2.5, '2.5'],
  [10, '10.0'],
  [-1, '-1.0'],
  [0, '0.0'],
  [-0, '-0.0'],
  [100000, '100000.0'],
  [999999, '999999.0'],
  [1e6, '1e+06'],
  [1234567, '1.234567e+06'],
  [12345678.9, '1.23456789e+07'],
  [1e9, '1e+09'],
  [1e10, '1e+10'],
  [-1e7, '-10000000.0'],
  [1e15, '1e+15'],
  [1e16, '1e+16'],
  [1.5e300, '1.5e+300'],
  [0.0001, '0.0001'],
  [0.00001, '1e-05'],
  [1.25e-7, '1.25e-07'],
  [5e-324, '5e-324'],
  [Infinity, '+Inf'],
  [-Infinity, '-Inf'],
  [Number.NaN, 'NaN'],
])('%d is written %s', (value, text) => {
  expect(goFloat(value)).toBe(text);
});
