import { describe, expect, test } from 'vitest';

import { showValue } from './show-value.js';

describe('showValue', () => {
  test.each([
    ['plain text', '/run/metrics', '"/run/metrics"'],
    ['an empty text', '', '""'],
    ['quotes', 'a"b', '"a\\"b"'],
    ['line breaks and tabs', 'a\r\n\tb', '"a\\r\\n\\tb"'],
    ['other control characters', 'a\u0000\u001b[31m\u007f\u0085', '"a\\u{0}\\u{1b}[31m\\u{7f}\\u{85}"'],
    ['text that turns its direction', 'a\u202eb\u2066', '"a\\u{202e}b\\u{2066}"'],
    ['zero-width characters', 'a\u200bb\ufeff', '"a\\u{200b}b\\u{feff}"'],
    ['line and paragraph separators', '\u2028\u2029', '"\\u{2028}\\u{2029}"'],
    ['a lone surrogate', 'a\ud800', '"a\\u{d800}"'],
    ['text beyond ASCII as it is', 'métrique 😀', '"métrique 😀"'],
    ['80 characters whole', 'x'.repeat(80), `"${'x'.repeat(80)}"`],
    ['81 characters cut', 'x'.repeat(81), `"${'x'.repeat(80)}"… (81 characters)`],
    ['no half of an escape', `${'x'.repeat(79)}\n`, `"${'x'.repeat(79)}"… (80 characters)`],
  ])('shows %s', (_what, value, shown) => {
    expect(showValue(value)).toBe(shown);
  });

  test.each([
    ['user and password', 'postgres://app:hunter2@db.example.com/app', '"postgres://***@db.example.com/app"'],
    ['a token as the user', 'https://hunter2@example.com', '"https://***@example.com"'],
    ['a password with an at sign', 'redis://:hunter2@x@cache:6379', '"redis://***@cache:6379"'],
    ['a password with a slash', 'amqp://a:hunter2/y@mq/v', '"amqp://***@mq/v"'],
    ['a query', 'https://example.com/a?sig=hunter2', '"https://example.com/a?***"'],
    ['a fragment', 'https://example.com/#token=hunter2', '"https://example.com/#***"'],
    ['a pair without a scheme', 'app:hunter2@db:5432', '"***@db:5432"'],
    ['a pair before a scheme', 'app:hunter2@http://example.com', '"***@http://example.com"'],
    ['two URLs', 'http://a:hunter2@x,http://b:hunter2@y', '"http://***@y"'],
    ['a path that holds a URL', '/srv/http:/a:hunter2@x', '"***@x"'],
  ])('leaves out %s', (_what, value, shown) => {
    expect(showValue(value)).toBe(shown);
  });

  test.each([
    ['a path with an at sign', '/srv/@scope/x', '"/srv/@scope/x"'],
    ['a path with a question mark', '/srv/what?', '"/srv/what?"'],
    ['an IPv6 address', 'fe80::1', '"fe80::1"'],
  ])('keeps %s', (_what, value, shown) => {
    expect(showValue(value)).toBe(shown);
  });

  test.each([
    [70_000, '70000'],
    [Number.NaN, 'NaN'],
    [true, 'true'],
    [10n, '10'],
    [undefined, 'nothing'],
    [null, 'null'],
    [{ password: 'hunter2' }, 'an object'],
    [['hunter2'], 'an object'],
    [() => 'hunter2', 'a function'],
    [Symbol('hunter2'), 'a symbol'],
  ])('shows %o by its form or its type', (value, shown) => {
    expect(showValue(value)).toBe(shown);
  });
});
