import { describe, expect, test } from 'vitest';
import { escapeName } from './escape-name.js';

/** What prometheus/common 0.67.5 makes of each name: with underscores, with dots, with values. */
const ESCAPED: readonly (readonly [name: string, underscores: string, dots: string, values: string])[] = [
  ['http.requests_total', 'http_requests_total', 'http_dot_requests__total', 'U__http_2e_requests__total'],
  ['a_b.c', 'a_b_c', 'a__b_dot_c', 'U__a__b_2e_c'],
  ['0abc.d', '_abc_d', '__abc_dot_d', 'U___30_abc_2e_d'],
  ['métrique', 'm_trique', 'm__trique', 'U__m_e9_trique'],
  ['日本', '__', '____', 'U___65e5__672c_'],
  ['\u{1f600}x', '_x', '__x', 'U___1f600_x'],
  ['a b', 'a_b', 'a__b', 'U__a_20_b'],
  ['a"b\\c\nd', 'a_b_c_d', 'a__b__c__d', 'U__a_22_b_5c_c_a_d'],
  ['a:b.c', 'a:b_c', 'a:b_dot_c', 'U__a:b_2e_c'],
  ['.', '_', '_dot_', 'U___2e_'],
  ['x-', 'x_', 'x__', 'U__x_2d_'],
  ['0', '_', '__', 'U___30_'],
  ['U__a_2e_b.c', 'U__a_2e_b_c', 'U____a__2e__b_dot_c', 'U__U____a__2e__b_2e_c'],
  ['plain_name', 'plain_name', 'plain_name', 'plain_name'],
  ['with:colon', 'with:colon', 'with:colon', 'with:colon'],
];

describe('a name is escaped as in Prometheus’ own libraries', () => {
  test.each(ESCAPED)('%j', (name, ...expected) => {
    const schemes = ['underscores', 'dots', 'values'] as const;
    expect(schemes.map((scheme) => escapeName(name, scheme, 'metric'))).toEqual(expected);
    expect(escapeName(name, 'allow-utf-8', 'metric')).toBe(name);
  });
});

test('a label’s colon is escaped, since no parser takes it', () => {
  const schemes = ['underscores', 'dots', 'values', 'allow-utf-8'] as const;
  expect(schemes.map((scheme) => escapeName('a:b', scheme, 'label'))).toEqual([
    'a_b',
    'a__b',
    'U__a_3a_b',
    'a:b',
  ]);
});

test('half a surrogate pair counts as U+FFFD', () => {
  expect(escapeName('a\ud800', 'allow-utf-8', 'label')).toBe('a\u{fffd}');
  expect(escapeName('a\ud800', 'values', 'label')).toBe('U__a_fffd_');
});

test('the empty name becomes an underscore', () => {
  expect(escapeName('', 'values', 'metric')).toBe('_');
});
