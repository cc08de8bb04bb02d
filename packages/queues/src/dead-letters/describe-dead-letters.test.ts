import { expect, test } from 'vitest';

import { describeListing, describeOutcome, describeReport, reportToJson } from './describe-dead-letters.js';

const TALLY = { found: 3, done: 1, gone: 1, refused: 0 };
const REPORT = {
  action: 'replay',
  dryRun: false,
  ended: 'failed',
  total: TALLY,
  queues: { mail: TALLY },
  missing: ['7'],
  more: true,
  refusals: [],
  failure: {
    at: { queue: 'mail', id: '3' },
    error: Object.assign(new Error('password authentication failed for user "operator"'), { code: '28P01' }),
  },
} as const;

test('writes a listing with what is known, and says what it leaves out', () => {
  const letters = [
    { id: '1', queue: 'mail', task: 'send', failedAt: new Date(0), attempts: 3, errorName: 'TypeError' },
    { id: '2', queue: 'mail' },
  ];
  expect(describeListing({ letters, more: true, payloadsShown: false })).toBe(
    [
      'mail  1  task send  failed 1970-01-01T00:00:00.000Z  3 attempts  TypeError',
      'mail  2',
      '2 dead letters, and more than the limit shows.',
      'Payloads and error messages are not shown, as they may hold personal data; --payloads shows them.',
    ].join('\n'),
  );
  expect(describeListing({ letters: [], more: false, payloadsShown: false })).toBe('0 dead letters.');
});

test('says how far a run came that failed, by the error’s code alone', () => {
  expect(describeReport(REPORT)).toBe(
    [
      'stopped: 1 of 3 dead letters replayed, 1 gone meanwhile, 0 refused.',
      '  mail: 1 of 3',
      'not there: 7',
      'There are more than the limit let through.',
      'The broker failed with 28P01 at mail 3: that one may have been replayed or not.',
    ].join('\n'),
  );
  expect(JSON.parse(reportToJson(REPORT))).toEqual({
    ...REPORT,
    failure: { at: { queue: 'mail', id: '3' }, reason: 'failed with 28P01' },
    counted: { queue_dead_letters_replayed_total: { mail: 1 } },
  });
});

test('lets no name of the broker’s command the terminal', () => {
  const outcome = describeOutcome('drop', { queue: 'mail', id: '\u001B[2J\u009B' }, { kind: 'done' });
  expect(outcome).toBe(String.raw`dropped  mail  "\u001b[2J?"`);
});

test('lets no payload, error or reason command the terminal', () => {
  const letters = [{ id: '1', queue: 'mail', payload: { a: '\u001B\u009B2J' }, error: '\u009B\u007F' }];
  expect(describeListing({ letters, more: false, payloadsShown: true })).toBe(
    String.raw`mail  1  payload {"a":"\u001b?2J"}  error "??"` + '\n1 dead letter.',
  );
  const refused = { kind: 'refused', reason: 'mail\u001B[2J took no job' } as const;
  expect(describeOutcome('replay', { queue: 'mail', id: '1' }, refused)).toBe(
    'refused  mail  1  mail?[2J took no job',
  );
});
