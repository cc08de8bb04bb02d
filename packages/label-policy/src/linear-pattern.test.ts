import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { compilePattern, type LinearPattern } from './linear-pattern.js';

function compiled(pattern: RegExp): LinearPattern {
  const result = compilePattern(pattern);
  if ('problem' in result) throw new Error(result.problem);
  return result;
}

const PATTERNS = [
  /abc/,
  /a|bc|/,
  /[a-z_][a-z0-9_]{0,5}/,
  /(ab|cd)+e?/,
  /(?:a*)*b/,
  /\d{2,3}-\w+\s?/,
  /[^a-c\]]x./,
  /^a+$/,
  /(a|b(c|d){2}){1,2}/,
  /a{3}/,
  /a{2,}b*?/,
  /\.\/\+/,
  /[a-c]{0,2}(x|y|)z/,
  /ABC[d-f]/i,
  /(((a?)+)+)+/,
];

describe('matches whole texts as the language does', () => {
  test.each(PATTERNS)('%s', (pattern) => {
    const reference = new RegExp(`^(?:${pattern.source})$`, pattern.flags);
    const linear = compiled(pattern);
    const text = fc.string({ unit: fc.constantFrom(...'abcdefxyz019-_./ ]A'.split('')), maxLength: 9 });
    fc.assert(
      fc.property(text, (value) => {
        expect(linear.matches(value)).toBe(reference.test(value));
      }),
      { numRuns: 400 },
    );
  });
});

describe('takes steps in proportion to the length of a text', () => {
  test.each([/(a+)+b/, /(a|a)*b/, /(a*)*(a*)*b/, /(?:a?){30}a{30}/, /([a-z]+)*\d/, /(.*)*x/])(
    '%s',
    (pattern) => {
      const linear = compiled(pattern);
      const steps = (length: number): number => linear.countSteps('a'.repeat(length));
      expect(steps(20_000) / steps(10_000)).toBeLessThan(2.1);
      expect(steps(10_000)).toBeLessThan(10_000 * 2000);
    },
  );
});

describe('refuses', () => {
  test.each([
    [/(?=a)b/, 'looks around'],
    [/(?<name>a)/, 'looks around or names a group'],
    [/(a)\1/, '"\\1"'],
    [/\bword\b/, '"\\b"'],
    [/\p{L}/u, 'flags "u"'],
    [/a/s, 'flags "s"'],
    [/(?:[a-z]{1,900}){1,900}/, 'states'],
    [/a^b/, '"^" out of place'],
  ])('%s', (pattern, problem) => {
    const result = compilePattern(pattern);
    expect('problem' in result && result.problem).toContain(problem);
  });
});
