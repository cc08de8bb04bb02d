import { expect, test } from 'vitest';

import { createPace } from './pace.js';

function fakeClock() {
  const clock = { at: 0, now: () => clock.at, sleep: async (ms: number) => void (clock.at += ms) };
  return clock;
}

test('spaces calls evenly, the first at once', async () => {
  const clock = fakeClock();
  const next = createPace(4, undefined, clock);
  const starts = [];
  for (let call = 0; call < 5; call += 1) {
    await next();
    starts.push(clock.at);
  }
  expect(starts).toEqual([0, 250, 500, 750, 1000]);
});

test('keeps the rate when a call takes a part of the gap', async () => {
  const clock = fakeClock();
  const next = createPace(10, undefined, clock);
  for (let call = 0; call < 11; call += 1) {
    await next();
    if (call < 10) clock.at += 60;
  }
  expect(clock.at).toBe(1000);
});

test('does not catch up after a stall', async () => {
  const clock = fakeClock();
  const next = createPace(10, undefined, clock);
  await next();
  clock.at = 5000;
  await next();
  const after = clock.at;
  await next();
  await next();
  expect(after).toBe(5000);
  expect(clock.at).toBeGreaterThanOrEqual(5100);
});

test('waits for nothing without a rate', async () => {
  const clock = fakeClock();
  const next = createPace(undefined, undefined, clock);
  await next();
  await next();
  expect(clock.at).toBe(0);
});

test('stops waiting when the signal fires', async () => {
  const stop = new AbortController();
  const next = createPace(0.001, stop.signal);
  await next();
  const waiting = next();
  stop.abort();
  await expect(waiting).resolves.toBeUndefined();
});
