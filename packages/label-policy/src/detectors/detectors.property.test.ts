import { isIPv6 } from 'node:net';

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

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
    fc.nat({ max: 99_999 }).map(String),
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

// A detector that is not linear takes minutes on these, far beyond the runner's own limit.
describe('a megabyte of hostile text is judged', () => {
  const MEGABYTE = 1 << 20;
  const fill = (unit: string): string => unit.repeat(Math.ceil(MEGABYTE / unit.length));

  const units =
    'a 0 : :: . @ %40 - 1: 1:: a@ a@b @a. a@b. a@b.c. 1. 1.2.3. 255.255.255. 255.255.255.256- ffff: abcdefg é@ 😀 v1.2.3.4 a::b:: :1';
  test.each([
    ...units.split(' '),
    '\ud800',
    ' @',
    `${'0'.repeat(31)}g`,
    `${'a:'.repeat(9)}g`,
    '12345678-1234-',
    '12345678-1234-1234-1234-12345678901g',
  ])('%j', (unit) => {
    const text = fill(unit);
    for (const detector of VALUE_DETECTORS) expect(typeof detector.found(text)).toBe('boolean');
  });

  test.each(VALUE_DETECTORS.map((detector) => [detector.reason, detector] as const))(
    'a %s at its end is found',
    (reason, detector) => {
      const value = {
        uuid: ' 919108f7-52d1-4320-9bac-f847db4148a8',
        email: ' j@example.com',
        ip: ' 192.0.2.1',
      }[reason];
      expect(detector.found(fill('g-') + value)).toBe(true);
    },
  );
});
