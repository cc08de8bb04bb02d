import { AssertionError } from 'node:assert';

import { describe, expect, test } from 'vitest';

import { errorClassOf, type ErrorTest } from './error-class.js';

const withCode = (code: unknown): Error => Object.assign(new Error('failed'), { code });
const explode = (): never => {
  throw new Error('a trap');
};

describe('the class of an error', () => {
  test.each([
    ['error', new Error('failed')],
    ['timeout', new DOMException('late', 'TimeoutError')],
    ['timeout', withCode('ETIMEDOUT')],
    ['aborted', new DOMException('off', 'AbortError')],
    ['aborted', AbortSignal.abort().reason],
    ['connection', withCode('ECONNREFUSED')],
    ['connection', new TypeError('fetch failed', { cause: withCode('ENOTFOUND') })],
    ['defect', new TypeError('undefined is no function')],
    ['defect', new AssertionError({ message: 'no' })],
    ['permanent', Object.assign(new Error('never'), { name: 'UnrecoverableError' })],
    ['error', withCode({ toString: explode })],
    ['not_an_error', 'text'],
    ['not_an_error', undefined],
    ['not_an_error', null],
    ['not_an_error', Object.create(null)],
  ])('is %s', (expected, error) => {
    expect(errorClassOf(error)).toBe(expected);
  });

  test('is error for what throws when it is looked at', () => {
    const proxy = new Proxy(new Error('hidden'), { get: explode, getPrototypeOf: explode, has: explode });
    const getters = Object.defineProperty(new Error('hidden'), 'name', { get: explode });
    expect([errorClassOf(proxy), errorClassOf(getters)]).toEqual(['error', 'error']);
  });

  test('is asked of one’s own classes first, in their order; one that throws says no', () => {
    const own = new Map<string, ErrorTest>([
      ['broken', explode],
      ['stock', (error) => error instanceof RangeError],
      ['late', () => true],
    ]);
    expect(errorClassOf(new RangeError('none left'), own)).toBe('stock');
    expect(errorClassOf('text', own)).toBe('late');
  });
});
