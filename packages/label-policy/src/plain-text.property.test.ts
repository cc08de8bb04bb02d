import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { VALUE_DETECTORS } from './detectors/registry.js';
import { isPlainText } from './plain-text.js';

/** Texts that come close to what detectors look for. */
const alphabets = [
  '0123456789abcdef-._:/',
  'aB3/',
  '/:.a1',
  '0123456789 -./:+',
  'xoxb-eyJ.SG_/',
  '/homeUsersrt:{}*,',
];
const text = fc.oneof(
  ...alphabets.map((alphabet) => fc.string({ unit: fc.constantFrom(...alphabet.split('')), maxLength: 60 })),
);
const pieces = fc
  .array(
    fc.constantFrom(
      '/home/',
      '/Users/',
      '/root/',
      'C:/users/',
      'tel:',
      '020',
      '7946',
      '0958',
      '.',
      '-',
      '_',
      '/',
      '/:',
      ':',
      'dead',
      'beef',
      '12345678',
      '9abc',
      '123456789abc',
      'eyJhbGciOiJI',
      'xoxb-',
      'SG.',
      'AKIA',
      'GB82',
      'WEST',
      '1234',
      'v1',
    ),
    { maxLength: 9 },
  )
  .map((parts) => parts.join(''));

test('no detector finds anything in plain text', () => {
  fc.assert(
    fc.property(fc.oneof(text, pieces), (value) => {
      fc.pre(isPlainText(value));
      expect(VALUE_DETECTORS.filter(({ found }) => found(value)).map(({ reason }) => reason)).toEqual([]);
    }),
    { numRuns: 20_000 },
  );
});

test.each(['GET', '200', '/jobs/:id', '/api/v1/users/:id/orders/{order}', 'resize', 'a_b-c.d', '*'])(
  '%s is plain text',
  (value) => {
    expect(isPlainText(value)).toBe(true);
  },
);

test.each([
  '192.0.2.1',
  'a@b.example',
  '/home/somebody/x',
  'C:/users/somebody/x',
  'dead::beef',
  '+4915112345678',
  'é',
  'a\u200bb',
  'aabb.ccdd.eeff',
  '00-11-22-33-44-55',
  '~/x',
  '/x?y=z',
  '550e8400-e29b.41d4-a716.446655440000',
  '\ud800',
])('%j is not', (value) => {
  expect(isPlainText(value)).toBe(false);
});
