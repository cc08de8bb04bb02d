import { describe, expect, test } from 'vitest';

import { keyedHash } from './hash.js';
import { definePolicy, LabelPolicyError, oneOf, standardPolicy } from './index.js';
import { PSEUDONYM } from './violation-action.js';

const key = 'a secret of thirty-two characters';

describe('a pseudonym', () => {
  const { pseudonym } = keyedHash({ key });

  test('is equal for equal values only', () => {
    expect(pseudonym('a', 'x')).toBe(pseudonym('a', 'x'));
    expect(pseudonym('a', 'x')).not.toBe(pseudonym('a', 'y'));
    expect(pseudonym('a', 'x')).not.toBe(pseudonym('b', 'x'));
    expect(pseudonym('a', 'x')).not.toBe(keyedHash({ key: `${key}!` }).pseudonym('a', 'x'));
  });

  // printf 'a\0jane@example.com' | openssl dgst -sha256 -hmac 'a secret of thirty-two characters', nibbles as a to p
  test('is the start of an HMAC-SHA-256 in letters', () => {
    expect(pseudonym('a', 'jane@example.com')).toBe('hmac_npbfifmckahn');
  });

  test('has a form that passes the standard policy', () => {
    for (let at = 0; at < 1000; at++) {
      const text = pseudonym('task_name', String(at));
      expect(text).toMatch(PSEUDONYM);
      expect(standardPolicy.checkValue('task_name', text)).toBeUndefined();
    }
  });
});

test.each([undefined, '', 'short', new Uint8Array(15), 5])('the key %j is refused, and not told', (wrong) => {
  expect(() => keyedHash({ key: wrong as string })).toThrow(LabelPolicyError);
  expect(() => keyedHash({ key: 'hunter2' })).not.toThrow('hunter2');
});

test('a key that is changed later stays what it was', () => {
  const bytes = new Uint8Array(32).fill(7);
  const hash = keyedHash({ key: bytes });
  const before = hash.pseudonym('a', 'x');
  bytes.fill(8);
  expect(hash.pseudonym('a', 'x')).toBe(before);
});

test('a policy counts refused values under pseudonyms, and takes them where it gives them', () => {
  const policy = definePolicy({
    mode: 'strict',
    labels: { task_name: oneOf('zip'), kind: oneOf('a') },
    onViolationOf: { task_name: keyedHash({ key }) },
  });
  const text = policy.substitute('task_name', 'jane@example.com') ?? '';
  expect(text).toMatch(PSEUDONYM);
  expect(policy.checkValue('task_name', text)).toBeUndefined();
  expect(policy.checkValue('kind', text)?.reason).toBe('undeclared-value');
  expect(policy.substitute('kind', 'jane@example.com')).toBe('__other__');
});
