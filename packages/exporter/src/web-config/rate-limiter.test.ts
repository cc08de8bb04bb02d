import { expect, test } from 'vitest';

import { createRateLimiter } from './rate-limiter.js';

test('a burst is let through, then one request an interval', () => {
  let now = 0;
  const limiter = createRateLimiter(() => now);
  const limit = { intervalMs: 100, burst: 3 };
  const ask = (): boolean => limiter.allows(limit);
  expect([ask(), ask(), ask(), ask()]).toEqual([true, true, true, false]);
  now = 150;
  expect([ask(), ask()]).toEqual([true, false]);
  now = 200;
  expect([ask(), ask()]).toEqual([true, false]);
  now = 1e9;
  expect([ask(), ask(), ask(), ask()]).toEqual([true, true, true, false]);
});

test('another limit starts anew, and no limit limits nothing', () => {
  const limiter = createRateLimiter(() => 0);
  expect(limiter.allows({ intervalMs: 1, burst: 1 })).toBe(true);
  expect(limiter.allows({ intervalMs: 1, burst: 1 })).toBe(false);
  expect(limiter.allows(undefined)).toBe(true);
  expect(limiter.allows({ intervalMs: 1, burst: 2 })).toBe(true);
});
