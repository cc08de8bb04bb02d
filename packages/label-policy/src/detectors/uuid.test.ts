import { describe, expect, test } from 'vitest';

import { uuidDetector } from './uuid.js';

describe('a UUID is found', () => {
  test.each([
    ['version 1', 'c232ab00-9414-11ec-b3c8-9f68deced846'],
    ['version 3', '5df41881-3aed-3515-88a7-2f4a814cf09e'],
    ['version 4', '919108f7-52d1-4320-9bac-f847db4148a8'],
    ['version 5', '2ed6657d-e927-568b-95e1-2665a8aea6a2'],
    ['version 6', '1ec9414c-232a-6b00-b3c8-9f68deced846'],
    ['version 7', '017f22e2-79b0-7cc3-98c4-dc0c0c07398f'],
    ['version 8', '2489e9ad-2ee2-8e00-8ec9-32d5f69181c0'],
    ['nil', '00000000-0000-0000-0000-000000000000'],
    ['max', 'ffffffff-ffff-ffff-ffff-ffffffffffff'],
    ['of no version', '919108f7-52d1-0320-0bac-f847db4148a8'],
    ['in upper case', '919108F7-52D1-4320-9BAC-F847DB4148A8'],
    ['in mixed case', '919108f7-52D1-4320-9bAc-F847db4148a8'],
    ['in braces', '{919108f7-52d1-4320-9bac-f847db4148a8}'],
    ['as a URN', 'urn:uuid:919108f7-52d1-4320-9bac-f847db4148a8'],
    ['without dashes', '919108f752d143209bacf847db4148a8'],
    ['with underscores', '919108f7_52d1_4320_9bac_f847db4148a8'],
    ['after a prefix', 'job-919108f7-52d1-4320-9bac-f847db4148a8'],
    ['after a word', 'job919108f7-52d1-4320-9bac-f847db4148a8'],
    ['before a suffix', '919108f7-52d1-4320-9bac-f847db4148a8.json'],
    ['in a path', '/users/919108f7-52d1-4320-9bac-f847db4148a8/edit'],
    ['without dashes after a prefix', 'job_919108f752d143209bacf847db4148a8'],
    ['without dashes after a word that ends in a hex digit', 'job919108f752d143209bacf847db4148a8'],
    ['twice', '919108f7-52d1-4320-9bac-f847db4148a8919108f7-52d1-4320-9bac-f847db4148a8'],
  ])('%s', (_what, value) => {
    expect(uuidDetector.found(value)).toBe(true);
  });
});

describe('no UUID is', () => {
  test.each([
    ['nothing', ''],
    ['a word', 'thumbnail'],
    ['a short commit', '3e397d4'],
    ['a commit', '3e397d4a1b5f6c7d8e9f0a1b2c3d4e5f60718293'],
    ['a SHA-256 digest', 'a'.repeat(64)],
    ['a digest with its name', `sha256:${'0f'.repeat(32)}`],
    ['a date and time', '2026-11-21T22:05:00.000Z'],
    ['a phone-like number', '555-0100-0100'],
    ['a UUID that lacks a digit', '919108f7-52d1-4320-9bac-f847db4148a'],
    ['a UUID with a letter too far', '919108f7-52d1-4320-9bac-f847db4148ag'],
    ['groups of other lengths', '9191-08f7-52d1-4320-9bac-f847-db41-48a8'],
    ['31 hex digits', '0'.repeat(31)],
    ['a MAC address', '00:1a:2b:3c:4d:5e'],
    ['a queue of another name', 'email-dead-letter'],
    ['a version', '10.15.7-beta.20261121'],
  ])('%s', (_what, value) => {
    expect(uuidDetector.found(value)).toBe(false);
  });
});
