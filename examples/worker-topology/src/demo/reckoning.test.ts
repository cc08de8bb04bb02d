import { expect, test } from 'vitest';

import { type Accounts, reckon } from './reckoning.js';

/** Ten jobs, one of them hopeless: three attempts at that one, one at each other. */
const EXACT: Accounts = {
  accepted: 10,
  hopeless: 1,
  broker: { sent: 10, completed: 9, failed: 1, deadLetters: 1, handedOut: 12 },
  exporter: { started: 12, succeeded: 9, failed: 3 },
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
  expect(reckon(EXACT).cutOff).toEqual({ notBegun: 0, notEnded: 0, notReported: 0 });
});

test('each place at which a kill cuts an attempt off is told apart', () => {
  // One handed out and not begun, one begun and not ended, one ended and not reported; each ran again.
  const accounts: Accounts = {
    ...EXACT,
    broker: { ...EXACT.broker, handedOut: 15 },
    exporter: { started: 14, succeeded: 10, failed: 3 },
    inHandAtKill: 1,
  };
  expect(reckon(accounts).cutOff).toEqual({ notBegun: 1, notEnded: 1, notReported: 1 });
  expect(failing(accounts)).toEqual([]);
});

test.each<[what: string, accounts: Accounts]>([
  ['a lost start', { ...EXACT, exporter: { ...EXACT.exporter, started: 11 } }],
  ['a lost success', { ...EXACT, exporter: { ...EXACT.exporter, succeeded: 8 } }],
  ['a start too many', { ...EXACT, exporter: { ...EXACT.exporter, started: 13 } }],
  ['more cut off than one worker holds', { ...EXACT, broker: { ...EXACT.broker, handedOut: 17 } }],
  ['a job that the broker lost', { ...EXACT, accepted: 11 }],
  ['a job that never ended', { ...EXACT, broker: { ...EXACT.broker, completed: 8 } }],
  ['a dead letter too many', { ...EXACT, broker: { ...EXACT.broker, deadLetters: 2 } }],
  ['a job in hand that is not missing', { ...EXACT, inHandAtKill: 1 }],
  ['a total that fell', { ...EXACT, falls: 1 }],
])('%s does not hold', (_what, accounts) => {
  expect(failing(accounts)).not.toEqual([]);
});
