import { expect, test } from 'vitest';

import { parseDuration } from './parse-duration.js';

test.each([
  ['0', 0],
  ['1s', 1000],
  ['1m30s', 90_000],
  ['250ms', 250],
  ['1.5h', 5_400_000],
  ['1us', 0.001],
  ['1µs', 0.001],
  ['1', undefined],
  ['', undefined],
  ['-1s', undefined],
  ['1d', undefined],
  ['s', undefined],
  ['1s ', undefined],
])('%j is %j ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});
