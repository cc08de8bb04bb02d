import { expect, test } from 'vitest';

import { alternativeNames, isClientAllowed } from './judge-client.js';

const VERIFIED = { isVerified: true, subjectAltName: 'DNS:a.example.com' };
const UNVERIFIED = { isVerified: false, subjectAltName: 'DNS:a.example.com' };

test.each([
  ['NoClientCert', [true, true, true]],
  ['RequestClientCert', [true, true, true]],
  ['RequireAnyClientCert', [false, true, true]],
  ['VerifyClientCertIfGiven', [true, false, true]],
  ['RequireAndVerifyClientCert', [false, false, true]],
] as const)('%s lets in nobody, a stranger, one that is known: %j', (type, expected) => {
  expect([undefined, UNVERIFIED, VERIFIED].map((shown) => isClientAllowed(type, undefined, shown))).toEqual(
    expected,
  );
});

test('a name has to be one of those that are allowed', () => {
  const type = 'RequireAndVerifyClientCert';
  expect(isClientAllowed(type, ['b.example.com', 'a.example.com'], VERIFIED)).toBe(true);
  expect(isClientAllowed(type, ['example.com'], VERIFIED)).toBe(false);
  expect(isClientAllowed(type, [], VERIFIED)).toBe(false);
  expect(isClientAllowed('VerifyClientCertIfGiven', ['a.example.com'], undefined)).toBe(false);
});

test.each([
  [
    'DNS:a, IP Address:192.0.2.1, email:x@example.com, URI:https://example.com/',
    ['a', '192.0.2.1', 'x@example.com', 'https://example.com/'],
  ],
  ['', []],
  ['DirName:CN = x, DNS:a', ['a']],
  // As Node writes a name that tries to look like two.
  ['DNS:"evil.example.com, DNS:a.example.com"', ['evil.example.com, DNS:a.example.com']],
  ['DNS:a, "', []],
])('the names of %j are %j', (text, names) => {
  expect(alternativeNames(text)).toEqual(names);
});
