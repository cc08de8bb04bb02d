import { parseOwnerRecord, type OwnerRecord } from '@promshard/shard-format';
import { expect, test } from 'vitest';

import { encodeLockRecord, isReleased, releaseOf } from './lock-record.js';

const owner: OwnerRecord = {
  formatVersion: 1,
  pid: 1,
  threadId: 0,
  processStartTime: null,
  bootId: null,
  pidNamespace: null,
  createdAt: 1,
  instance: 'é',
  writerVersion: '1.0.0',
  locked: true,
};

test('a lock record is an owner record', () => {
  expect(parseOwnerRecord(encodeLockRecord(owner))).toEqual(owner);
});

test('releasing overwrites one byte', () => {
  const held = Buffer.from(encodeLockRecord(owner));
  expect(isReleased(held.toString())).toBe(false);
  const { offset, text } = releaseOf(held.toString());
  expect(Buffer.byteLength(text)).toBe(1);
  held.write(text, offset);
  expect(isReleased(held.toString())).toBe(true);
  expect(parseOwnerRecord(held.toString())).toEqual(owner);
});
