import { describe, expect, test } from 'vitest';

import { enforceMatchers, type EnforcedMatcher, isEnforceable } from './enforce-matchers.js';
import { parsePromql } from './parse-promql.js';

const TENANT: EnforcedMatcher = { name: 'tenant', values: ['a'] };

function enforced(text: string, ...matchers: readonly EnforcedMatcher[]): string | undefined {
  const expression = parsePromql(text);
  if (expression === undefined) throw new Error(`not PromQL: ${text}`);
  return enforceMatchers(expression, matchers);
}

describe('enforceMatchers', () => {
  test.each([
    ['up', 'up{tenant="a"}'],
    ['up{}', 'up{tenant="a"}'],
    ['{}', '{tenant="a"}'],
    ['up{ job="x" , }', 'up{tenant="a", job="x" , }'],
    ['up{tenant="b"}', 'up{tenant="a",tenant="b"}'],
    ['{"my.metric"}', '{tenant="a","my.metric"}'],
    [
      'sum by (tenant) (rate(a[5m])) / on () group_left b{x=`}`}[1h:5m]',
      'sum by (tenant) (rate(a{tenant="a"}[5m])) / on () group_left b{tenant="a",x=`}`}[1h:5m]',
    ],
    [
      'label_replace(up, "tenant", "b", "job", "{up}") # up',
      'label_replace(up{tenant="a"}, "tenant", "b", "job", "{up}") # up',
    ],
    ['count_values("up", sum) + sum', 'count_values("up", sum{tenant="a"}) + sum{tenant="a"}'],
    ['vector(1)', 'vector(1)'],
    ['absent(up or\nx offset 5m @ start())', 'absent(up{tenant="a"} or\nx{tenant="a"} offset 5m @ start())'],
  ])('limits %s', (text, expected) => expect(enforced(text, TENANT)).toBe(expected));

  test('joins values and matchers, with the metacharacters of regular expressions escaped', () => {
    expect(enforced('up', { name: 'team', values: ['a.b', 'c|d"'] }, TENANT)).toBe(
      String.raw`up{team=~"a\\.b|c\\|d\"",tenant="a"}`,
    );
  });

  test('leaves an expression alone where nothing is enforced', () => {
    expect(enforced('info(up)')).toBe('info(up)');
  });

  test('refuses info(), which joins series that no selector names', () => {
    expect(enforced('rate(x[1m]) + info(up)', TENANT)).toBeUndefined();
  });

  test.each([
    [{ name: 'tenant', values: ['a'] }, true],
    [{ name: 'tenant', values: [''] }, false],
    [{ name: 'tenant', values: ['a', ''] }, false],
    [{ name: 'tenant', values: [] }, false],
    [{ name: 'x="",y', values: ['a'] }, false],
    [{ name: 'tenant', values: ['\uD800'] }, false],
  ])('judges whether %o can be enforced', (matcher, expected) => {
    expect(isEnforceable(matcher as unknown as EnforcedMatcher)).toBe(expected);
  });
});
