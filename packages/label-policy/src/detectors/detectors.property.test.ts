import { isIPv6 } from 'node:net';

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { FAMILIES } from '../../test/corpus/corpus.js';
import { emailDetector } from './email.js';
import { ipAddressDetector } from './ip-address.js';
import { VALUE_DETECTORS } from './registry.js';
import { uuidDetector } from './uuid.js';

const before = fc.constantFrom(
  '',
  'job-',
  'job_',
  'x=',
  '/a/',
  '[',
  '(',
  '{',
  '"',
  'to ',
  'é-',
  '😀 ',
  'a,',
  '<',
  'k:',
);
const after = fc.constantFrom(
  '',
  '-1',
  '_2',
  '/b',
  ']',
  ')',
  '}',
  '"',
  ' done',
  '.json',
  '?a=1',
  ',b',
  '>',
  '%eth0',
);

/** 128 random bits, of any version and of none, in every spelling. */
const anyUuid = fc
  .tuple(
    fc.oneof(
      fc.uuid(),
      fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }).map((bits) => bits.toString(16).padStart(32, '0')),
    ),
    fc.constantFrom('-', '', '_'),
    fc.func(fc.boolean()),
  )
  .map(([uuid, separator, isUpper]) => {
    const hex = uuid
      .replaceAll('-', '')
      .replace(/[a-f]/g, (digit, at: number) => (isUpper(at) ? digit.toUpperCase() : digit));
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join(
      separator,
    );
  });

/** Every address but `::`, which is nobody's. */
const anyIpv6 = fc.ipV6().filter((address) => address !== '::');

describe('wherever it stands in a value', () => {
  test('a UUID is found', () => {
    fc.assert(
      fc.property(before, anyUuid, after, (left, uuid, right) => {
        expect(uuidDetector.found(left + uuid + right)).toBe(true);
      }),
    );
  });

  test('an e-mail address is found', () => {
    fc.assert(
      fc.property(before, fc.emailAddress(), after, (left, email, right) => {
        expect(emailDetector.found(left + email + right)).toBe(true);
      }),
    );
  });

  test('an IPv4 address is found', () => {
    fc.assert(
      fc.property(before, fc.ipV4(), after, (left, address, right) => {
        expect(ipAddressDetector.found(left + address + right)).toBe(true);
      }),
    );
  });

  test('an IPv6 address is found', () => {
    fc.assert(
      fc.property(before, anyIpv6, after, (left, address, right) => {
        expect(ipAddressDetector.found(left + address + right)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

test('every text that Node takes for an IPv6 address is found', () => {
  const piece = fc.constantFrom('0', '1', 'db8', '2001', 'ffff', '10000', '', ':', '::', '', '');
  fc.assert(
    fc.property(fc.array(piece, { minLength: 2, maxLength: 9 }), (pieces) => {
      const text = pieces.join(':');
      fc.pre(isIPv6(text) && text !== '::');
      expect(ipAddressDetector.found(text)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test('words, numbers and versions are nothing of the kind', () => {
  const word = fc.stringMatching(/^[g-z]{1,12}$/);
  const part = fc.oneof(
    word,
    fc.nat({ max: 99 }).map(String),
    fc.tuple(fc.nat(99), fc.nat(99)).map((v) => v.join('.')),
  );
  const value = fc
    .array(part, { minLength: 1, maxLength: 6 })
    .chain((parts) => fc.constantFrom('-', '_', ' ', '/').map((separator) => parts.join(separator)));
  fc.assert(
    fc.property(value, (text) => {
      expect(VALUE_DETECTORS.filter((detector) => detector.found(text))).toEqual([]);
    }),
  );
});

// A linear detector takes milliseconds for 100 KB and a fraction of a second for 1 MB; one that is not takes minutes.
const HANG_MS = 15_000;

describe('hostile text is judged', () => {
  const fill = (unit: string, length: number): string => unit.repeat(Math.ceil(length / unit.length));
  const judge = (text: string): void => {
    for (const detector of VALUE_DETECTORS) expect(typeof detector.found(text)).toBe('boolean');
  };

  const units =
    'a 0 : :: . @ %40 - 1: 1:: a@ a@b @a. a@b. a@b.c. 1. 1.2.3. 255.255.255. 255.255.255.256- ffff: abcdefg é@ 😀 v1.2.3.4 a::b:: :1 ' +
    '+ +1 +1- ( 0( 00 ? ?a a? a?b a?b&c ~ ~a / // /home/ /home/a C:\\Users\\ :// a://b a://b:c :// eyJ eyJ. eyJeyJeyJeyJ. ghp_ sk- Bearer: ' +
    'DE DE89 DE89- GB82WEST 4 41 4111- 4111-1111- 2024- 2024-01-31 2024-01-31T 20240131 Jan Aa1 A1b2C3d4 Aa1_ 0a- 00:00: 00-0a- ١ tel: %USER';
  test.each([
    ...units.split(' '),
    '\ud800',
    ' @',
    `${'0'.repeat(31)}g`,
    `${'a:'.repeat(9)}g`,
    '12345678-1234-',
    '12345678-1234-1234-1234-12345678901g',
    '1 2 3 4 5 6 7 8 9 ',
  ])('100 KB of %j', { timeout: HANG_MS }, (unit) => judge(fill(unit, 100_000)));

  test.each(FAMILIES.map(({ reason, hardNegatives }) => [reason, hardNegatives[0] ?? ''] as const))(
    '100 KB of what looks like a %s',
    { timeout: HANG_MS },
    (_reason, negative) => judge(fill(`${negative} `, 100_000)),
  );

  test.each(VALUE_DETECTORS.map((detector) => [detector.reason, detector] as const))(
    'a %s at the end of a megabyte is found',
    { timeout: HANG_MS },
    (reason, detector) => {
      const value = FAMILIES.find((family) => family.reason === reason)?.positives[0] ?? '';
      expect(detector.found(`${fill('g-', 1 << 20)} ${value}`)).toBe(true);
    },
  );

  test.each(['a@', 'Bearer:', 'a://b:c', 'DE89-', 'abcdefg', '4111-1111-', '/home/a'])(
    'a megabyte of %j',
    { timeout: HANG_MS },
    (unit) => judge(fill(unit, 1 << 20)),
  );
});
