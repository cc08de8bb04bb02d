import { expect, test } from 'vitest';

import { type Accounts, reckon } from './reckoning.js';

/** Ten jobs, two of them without their files: three attempts at those, one at each other. Then one was replayed, and done. */
const EXACT: Accounts = {
  accepted: 10,
  replayed: 1,
  hopeless: 1,
  broker: { sent: 11, completed: 9, failed: 2, deadLetters: 1, handedOut: 15 },
  exporter: { started: 15, succeeded: 9, failed: 6, deadLettered: 2 },
  inHandAtKill: 0,
  inHandAtMost: 4,
  falls: 0,
};

const failing = (accounts: Accounts): string[] =>
  reckon(accounts)
    .checks.filter((check) => !check.holds)
    .map((check) => check.statement);

test('exact accounts hold, with nothing cut off', () => {
  expect(failing(EXACT)).toEqual([]);
  expect(reckon(EXACT).cutOff).toEqual({ notBegun: 0, notEnded: 0, notCounted: 0 });
});

test('each place at which a kill cuts an attempt off is told apart', () => {
  // One handed out and not begun; two begun and not counted as ended, of one of which the broker knows the end.
  const accounts: Accounts = {
    ...EXACT,
    broker: { ...EXACT.broker, handedOut: 17 },
    exporter: { ...EXACT.exporter, started: 16, succeeded: 8 },
    inHandAtKill: 2,
  };
  expect(reckon(accounts).cutOff).toEqual({ notBegun: 1, notEnded: 2, notCounted: 1 });
  expect(failing(accounts)).toEqual([]);
});

test.each<[what: string, accounts: Accounts]>([
  ['a lost start', { ...EXACT, exporter: { ...EXACT.exporter, started: 14 } }],
  ['a lost success', { ...EXACT, exporter: { ...EXACT.exporter, succeeded: 8 } }],
  ['a start too many', { ...EXACT, exporter: { ...EXACT.exporter, started: 16 } }],
  ['a success too many', { ...EXACT, exporter: { ...EXACT.exporter, started: 16, succeeded: 10 } }],
  ['a dead letter that no worker saw', { ...EXACT, exporter: { ...EXACT.exporter, deadLettered: 1 } }],
  ['more cut off than one worker holds', { ...EXACT, broker: { ...EXACT.broker, handedOut: 20 } }],
  ['a job that the broker lost', { ...EXACT, accepted: 11 }],
  ['a job that never ended', { ...EXACT, broker: { ...EXACT.broker, completed: 8 } }],
  ['a dead letter too many', { ...EXACT, broker: { ...EXACT.broker, deadLetters: 2 } }],
  ['a replay that is not counted', { ...EXACT, replayed: 0 }],
  ['a replay that sent nothing', { ...EXACT, replayed: 2 }],
  ['a job in hand that is not missing', { ...EXACT, inHandAtKill: 1 }],
  ['a total that fell', { ...EXACT, falls: 1 }],
])('%s does not hold', (_what, accounts) => {
  expect(failing(accounts)).not.toEqual([]);
});
