import { expect, test } from 'vitest';

import { errorNameOf } from './error-name.js';
import { failureReason } from './failure-reason.js';

test.each([
  [
    Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:5432'), { code: 'ECONNREFUSED' }),
    'failed with ECONNREFUSED',
  ],
  [new Error('outer', { cause: Object.assign(new Error('secret'), { code: '28P01' }) }), 'failed with 28P01'],
  [new AggregateError([Object.assign(new Error('x'), { code: 'ENOTFOUND' })]), 'failed with ENOTFOUND'],
  [
    Object.assign(new Error('WRONGTYPE Operation against a key'), { name: 'ReplyError' }),
    'failed with WRONGTYPE',
  ],
  [new TypeError('postgres://operator:hunter2@db'), 'failed with TypeError'],
  [Object.assign(new Error('x'), { name: 'alice@example.com' }), 'failed'],
  ['hunter2', 'failed'],
])('says %o without its message', (error, reason) => {
  expect(failureReason(error)).toBe(reason);
});

test('says no more of an error that cannot be read', () => {
  const unreadable = new Proxy(new Error('x'), {
    get() {
      throw new Error('nobody reads this');
    },
  });
  expect(failureReason(unreadable)).toBe('failed');
});

test.each([
  ['TypeError: x', 'TypeError'],
  ['Error', 'Error'],
  ['TimeoutException: x', 'TimeoutException'],
  ['alice@example.com bounced', undefined],
  ['Alice: Error', undefined],
  ['ErrorOfAlice', undefined],
  [null, undefined],
])('takes the class of %j for %j', (text, name) => {
  expect(errorNameOf(text)).toBe(name);
});
