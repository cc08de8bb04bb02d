import { describe, expect, test } from 'vitest';

import { parsePromql } from './parse-promql.js';

describe('parsePromql', () => {
  test.each([
    'up',
    'sum by (job) (rate(http_requests_total{code=~"5..",le!=\'a"b\'}[5m] offset 1h))',
    'a{x="\\""} or on (job) b{y=`raw \\`} # a comment',
    '{"my.metric","label.x"="ü"}',
    'foo @ end()',
    'max_over_time(deriv(rate(x[1m])[5m:1m])[1h:])',
  ])('accepts %s', (text) => expect(parsePromql(text)?.text).toBe(text));

  test.each([
    ['nothing', ''],
    ['an unfinished selector', 'up{'],
    ['a string without an end', 'up{a="b'],
    ['a string whose end is escaped', 'up{a="b\\"}'],
    ['a raw string without an end', 'up{a=`b}'],
    ['two expressions', 'up up'],
    ['a comment that ends at a carriage return', 'up # \r or secrets'],
    ['a space that is none to the server', 'up\u00A0'],
    ['a null character', 'up\0'],
    ['a control character in a comment', 'up # \u001b'],
    ['the WITH of MetricsQL', 'WITH (a = {x="y"}) a'],
    ['the or-filters of MetricsQL', '{a="1" or b="2"}'],
  ])('refuses %s', (_what, text) => expect(parsePromql(text)).toBeUndefined());
});
