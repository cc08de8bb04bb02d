import { describe, expect, test } from 'vitest';

import { encodeKey, parseKey } from './series-key.js';

describe('encodeKey', () => {
  test('writes what Python’s json.dumps with sort_keys writes', () => {
    expect(
      encodeKey({ family: 'jobs', sample: 'jobs_total', labels: { b: '2', a: '1' }, help: 'Jobs done.' }),
    ).toBe('["jobs", "jobs_total", {"a": "1", "b": "2"}, "Jobs done."]');
  });

  test('escapes quotes, backslashes, control characters, DEL and everything outside ASCII', () => {
    const labels = { l: '"\\\n\r\t\f\b\u0001\u007fé€😀' };
    expect(encodeKey({ family: 'f', sample: 'f', labels, help: '' })).toBe(
      String.raw`["f", "f", {"l": "\"\\\n\r\t\f\b\u0001\u007f\u00e9\u20ac\ud83d\ude00"}, ""]`,
    );
  });

  test('orders label names by code point, where UTF-16 order differs', () => {
    const labels = { '\u{10000}': 'astral', '\uffee': 'basic' };
    expect(encodeKey({ family: 'f', sample: 'f', labels, help: '' })).toBe(
      String.raw`["f", "f", {"\uffee": "basic", "\ud800\udc00": "astral"}, ""]`,
    );
  });

  test('keeps label sets apart that differ only in where a comma stands', () => {
    const one = encodeKey({ family: 'f', sample: 'f', labels: { a: '1,b:2' }, help: '' });
    const two = encodeKey({ family: 'f', sample: 'f', labels: { a: '1', b: '2' }, help: '' });
    expect(one).not.toBe(two);
  });
});

describe('parseKey', () => {
  test('reads back what encodeKey wrote, a label named __proto__ included', () => {
    const labels = Object.fromEntries([
      ['__proto__', 'x'],
      ['constructor', '😀'],
    ]);
    const key = { family: 'f', sample: 'f_total', labels, help: 'a "help"\n' };
    const parsed = parseKey(encodeKey(key));
    expect(parsed).toEqual(key);
    expect(Object.entries(parsed?.labels ?? {})).toEqual([
      ['__proto__', 'x'],
      ['constructor', '😀'],
    ]);
  });

  test.each([
    '',
    'null',
    '{}',
    '[]',
    '["f", "f", {}]',
    '["f", "f", {}, "h", 1]',
    '["f", "f", [], "h"]',
    '["f", "f", null, "h"]',
    '["f", "f", {"a": 1}, "h"]',
    '[1, "f", {}, "h"]',
    '["f", null, {}, "h"]',
    '["f", "f", {}, null]',
    '["f", "f", {}, "h"',
  ])('refuses %j', (text) => {
    expect(parseKey(text)).toBeUndefined();
  });
});
