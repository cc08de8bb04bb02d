import { describe, expect, test } from 'vitest';

import { parseDuration, parseStep, parseTime } from './time.js';

describe('times', () => {
  test.each([
    ['5m', 300_000],
    ['1h30m', 5_400_000],
    ['1500ms', 1500],
    ['1y2w3d', 33_004_800_000],
    ['', undefined],
    ['0s', undefined],
    ['5', undefined],
    ['30m1h', undefined],
    ['-5m', undefined],
    ['1.5h', undefined],
    ['5 m', undefined],
    ['99999999999s', undefined],
  ])('a duration %j is %j ms', (text, ms) => expect(parseDuration(text)).toBe(ms));

  test.each([
    ['15', 15_000],
    ['0.5', 500],
    ['15s', 15_000],
    ['0', undefined],
    ['1e3', undefined],
    ['Infinity', undefined],
    ['NaN', undefined],
  ])('a step %j is %j ms', (text, ms) => expect(parseStep(text)).toBe(ms));

  test.each([
    ['1700000000', 1_700_000_000_000],
    ['1700000000.25', 1_700_000_000_250],
    ['2026-11-22T10:00:00Z', Date.UTC(2026, 10, 22, 10)],
    ['2026-11-22T10:00:00.5+01:00', Date.UTC(2026, 10, 22, 9) + 500],
    ['2026-13-22T10:00:00Z', undefined],
    ['2026-11-22', undefined],
    ['-1', undefined],
    ['now', undefined],
    ['1e9', undefined],
  ])('a time %j is %j ms', (text, ms) => expect(parseTime(text)).toBe(ms));
});
