import { describe, expect, test } from 'vitest';

import { plainError, presentableError } from './presentable-error.js';

const explode = (): never => {
  throw new Error('a trap');
};

describe('what brokers’ libraries are given', () => {
  test('is the error itself where it can be read', () => {
    const error = new RangeError('too much');
    expect(presentableError(error)).toBe(error);
  });

  const unreadable = 'The task threw what cannot be read as an error.';
  test.each([
    ['a text', () => 'text', 'The task threw what is no error: text'],
    ['undefined', () => undefined, 'The task threw what is no error: undefined'],
    ['a number', () => 0, 'The task threw what is no error: 0'],
    ['a symbol', () => Symbol('none'), 'The task threw what is no error: Symbol(none)'],
    ['an object without a prototype', () => Object.create(null), unreadable],
    [
      'an error whose message throws',
      () => Object.defineProperty(new Error('hidden'), 'message', { get: explode }),
      unreadable,
    ],
    [
      'an error whose message is no text',
      () => Object.assign(new Error('hidden'), { message: { toString: explode } }),
      unreadable,
    ],
    ['a proxy that throws', () => new Proxy(new Error('hidden'), { getPrototypeOf: explode }), unreadable],
  ])('is an error in place of %s', (_what, make, message) => {
    const error = presentableError(make());
    expect([error instanceof Error, error.message]).toEqual([true, message]);
  });

  test('is as a copy what has no getter, no circle and no own members but a code', () => {
    const error = Object.assign(new TypeError('no'), { code: 'E_NO', secret: { of: 'mine' } });
    error.cause = error;
    Object.defineProperty(error, 'trap', { get: explode, enumerable: true });
    const copy = plainError(error);
    expect(structuredClone(copy).message).toBe('no');
    expect(Object.entries(copy)).toEqual([
      ['name', 'TypeError'],
      ['code', 'E_NO'],
    ]);
    let depth = 0;
    for (let each: unknown = copy; each instanceof Error; each = each.cause) depth += 1;
    expect(depth).toBe(5);
  });
});
