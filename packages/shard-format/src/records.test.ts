import { describe, expect, test } from 'vitest';

import { encodeFoldPointer, parseFoldPointer, type FoldPointer } from './fold-pointer.js';
import { encodeOwnerRecord, parseOwnerRecord, type OwnerRecord } from './owner-record.js';

const owner: OwnerRecord = {
  formatVersion: 1,
  pid: 4711,
  threadId: 0,
  processStartTime: '123456',
  bootId: null,
  pidNamespace: 'pid:[4026531836]',
  createdAt: 1_790_000_000.5,
  instance: 'web-1',
  writerVersion: '0.1.0',
  locked: true,
};

const pointer: FoldPointer = {
  formatVersion: 1,
  generation: 3,
  files: ['counter_folded-3.db', 'gauge_max_folded-3.db'],
  superseded: ['counter_folded-2.db', 'counter_4711-0123456789abcdef.db'],
};

describe('an owner record', () => {
  test('comes back, with and without an instance', () => {
    expect(parseOwnerRecord(encodeOwnerRecord(owner))).toEqual(owner);
    const { instance: _, ...unnamed } = owner;
    expect(parseOwnerRecord(encodeOwnerRecord(unnamed))).toEqual(unnamed);
  });

  test('says that its owner has ended', () => {
    expect(parseOwnerRecord(encodeOwnerRecord({ ...owner, closed: true }))).toEqual({
      ...owner,
      closed: true,
    });
    expect(parseOwnerRecord(JSON.stringify({ ...owner, closed: false }))).toBeUndefined();
  });

  test.each(Object.keys(owner).filter((field) => field !== 'instance'))('without %s is refused', (field) => {
    expect(parseOwnerRecord(JSON.stringify({ ...owner, [field]: undefined }))).toBeUndefined();
  });

  test.each(['', '{', '[]', 'null', '"x"', JSON.stringify({ ...owner, formatVersion: 2 })])(
    '%j is refused',
    (text) => {
      expect(parseOwnerRecord(text)).toBeUndefined();
    },
  );
});

describe('a fold pointer', () => {
  test('comes back', () => {
    expect(parseFoldPointer(encodeFoldPointer(pointer))).toEqual(pointer);
  });

  test('lists files of earlier generations too', () => {
    const files = ['counter_folded-1.db', 'counter_folded-3.db'];
    expect(parseFoldPointer(encodeFoldPointer({ ...pointer, files }))).toEqual({ ...pointer, files });
  });

  test('keeps what makes readers start anew', () => {
    expect(parseFoldPointer(encodeFoldPointer({ ...pointer, touched: 'x' }))).toEqual({
      ...pointer,
      touched: 'x',
    });
  });

  test('keeps its notes, and does without ones that cannot be read', () => {
    const notes = { madeAt: 2.5, orphanFiles: 3, orphansAt: 1.5, sweptAt: 0 };
    expect(parseFoldPointer(encodeFoldPointer({ ...pointer, notes }))).toEqual({ ...pointer, notes });
    expect(parseFoldPointer(JSON.stringify({ ...pointer, notes: { orphanFiles: '3' } }))).toEqual(pointer);
  });

  test.each([
    { generation: 0 },
    { generation: 1.5 },
    { generation: 2 },
    { files: ['../counter_folded-3.db'] },
    { files: ['counter_4711.db'] },
    { files: 'counter_folded-3.db' },
    { superseded: ['../../etc/passwd'] },
    { superseded: ['a\\b'] },
    { superseded: ['..'] },
    { superseded: [''] },
    { superseded: [1] },
    { formatVersion: 2 },
  ])('with %j is refused', (change) => {
    expect(parseFoldPointer(JSON.stringify({ ...pointer, ...change }))).toBeUndefined();
  });
});
