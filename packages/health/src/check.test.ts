import { expect, test } from 'vitest';

import { cached } from './check.js';

/** A clock that is set by hand. */
function handClock(): { now: () => number; wallTime: () => number; pass(ms: number): void } {
  let at = 0;
  return { now: () => at, wallTime: () => at, pass: (ms) => (at += ms) };
}

const MINUTE = 60_000;

test('runs that never come back are forgotten after five minutes, so that what is up again is found', async () => {
  const clock = handClock();
  let runs = 0;
  let hangs = true;
  const run = (): unknown => {
    runs++;
    return hangs ? new Promise(() => {}) : undefined;
  };
  const check = cached({ run, timeoutMs: 1, cacheMs: 0 }, clock);
  for (let i = 0; i < 3; i++) expect(await check()).toMatchObject({ reason: 'no answer within 1 ms' });
  hangs = false;
  clock.pass(5 * MINUTE - 1);
  expect(await check()).toMatchObject({ reason: '3 earlier checks have not come back' });
  expect(runs).toBe(3);
  clock.pass(1);
  expect(await check()).toMatchObject({ status: 'up' });
  expect(await check()).toMatchObject({ status: 'up' });
});

test('of what hangs for ever, three runs are begun in five minutes', async () => {
  const clock = handClock();
  let runs = 0;
  const run = (): unknown => (runs++, new Promise(() => {}));
  const check = cached({ run, timeoutMs: 1, cacheMs: 0 }, clock);
  for (let minute = 0; minute < 60; minute++) {
    for (let i = 0; i < 4; i++) expect(await check()).toMatchObject({ status: 'down' });
    clock.pass(MINUTE);
  }
  expect(runs).toBe(36);
});

test('an error that throws when it is looked at is a failure as any other', async () => {
  const error = new Proxy(new Error('hunter2'), {
    get() {
      throw new Error('hunter2');
    },
  });
  const check = cached({
    run: () => {
      throw error;
    },
    cacheMs: 0,
  });
  for (let i = 0; i < 2; i++) expect(await check()).toMatchObject({ status: 'down', reason: 'failed' });
});
