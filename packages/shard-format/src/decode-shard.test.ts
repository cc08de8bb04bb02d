import { describe, expect, test } from 'vitest';

import { decodeShard } from './decode-shard.js';
import { encodeShard, type ShardEntryInput } from './encode-shard.js';
import { paddingAfter } from './entry.js';
import { MAX_KEY_BYTES } from './layout.js';
import { encodeKey } from './series-key.js';

const entries: ShardEntryInput[] = [
  { key: { family: 'jobs', sample: 'jobs_total', labels: { kind: 'é' }, help: 'Jobs.' }, value: 3 },
  { key: { family: 'jobs', sample: 'jobs_total', labels: {}, help: 'Jobs.' }, value: 0.5, timestamp: -1 },
  { key: { family: 'g', sample: 'g', labels: { a: '1' }, help: '' }, value: -Infinity, timestamp: 1.75 },
];

/** The bytes of a file as prometheus_client <= 0.16 lays it out: no timestamp behind the value. */
function encodeOldShard(inputs: readonly ShardEntryInput[]): Uint8Array {
  const parts = inputs.map(({ key, value }) => {
    const text = encodeKey(key);
    const padded = text + ' '.repeat(paddingAfter(text.length));
    const part = Buffer.alloc(4 + padded.length + 8);
    part.writeInt32LE(text.length, 0);
    part.write(padded, 4, 'latin1');
    part.writeDoubleLE(value, 4 + padded.length);
    return part;
  });
  const bytes = Buffer.concat([Buffer.alloc(8), ...parts]);
  bytes.writeInt32LE(bytes.length, 0);
  return bytes;
}

// Made with CPython's struct and json modules, as prometheus_client/mmap_dict.py uses them.
const GOLDEN =
  '3800000000000000190000005b2261222c2022615f746f74616c222c207b7d2c202268225d202020000000000000f03f0000000000000040';

describe('a whole file', () => {
  test('has the bytes that Python writes', () => {
    const key = { family: 'a', sample: 'a_total', labels: {}, help: 'h' };
    const bytes = encodeShard([{ key, value: 1, timestamp: 2 }]);
    expect(Buffer.from(bytes).toString('hex')).toBe(GOLDEN);
  });

  test('comes back entry by entry, with values aligned to 8 bytes', () => {
    const decoded = decodeShard(encodeShard(entries));
    expect(decoded.problems).toEqual([]);
    expect(decoded.layout).toBe('timestamps');
    expect(decoded.entries.map(({ key, value, timestamp }) => ({ key, value, timestamp }))).toEqual(
      entries.map((entry) => ({ timestamp: 0, ...entry })),
    );
    expect(decoded.entries.every((entry) => entry.valueOffset % 8 === 0)).toBe(true);
  });

  test('is read without timestamps where an older Python wrote it', () => {
    for (let count = 1; count <= entries.length; count++) {
      const decoded = decodeShard(encodeOldShard(entries.slice(0, count)));
      expect(decoded).toMatchObject({ layout: 'no-timestamps', problems: [] });
      expect(decoded.entries.map((entry) => entry.value)).toEqual([3, 0.5, -Infinity].slice(0, count));
      expect(decoded.entries.every((entry) => entry.timestamp === 0)).toBe(true);
    }
  });

  test('may hold a key that is too long to be looked at, which costs itself only', () => {
    const label = (length: number): ShardEntryInput => ({
      key: { family: 'a', sample: 'a_total', labels: { kind: 'x'.repeat(length) }, help: '' },
      value: 1,
    });
    const around = encodeKey(label(0).key).length;
    const fits = label(MAX_KEY_BYTES - around);
    const decoded = decodeShard(encodeShard([label(MAX_KEY_BYTES - around + 1), fits]));
    expect(decoded.entries.map(({ key }) => key)).toEqual([fits.key]);
    expect(decoded.problems).toMatchObject([{ code: 'bad-key', offset: 12 }]);
  });

  test('may have room to grow behind what is in use', () => {
    const bytes = new Uint8Array(4096);
    bytes.set(encodeShard(entries));
    expect(decodeShard(bytes)).toMatchObject({ problems: [], entries: { length: 3 } });
  });

  test('is read on from where an earlier read stopped', () => {
    const first = decodeShard(encodeShard(entries.slice(0, 1)));
    const rest = decodeShard(encodeShard(entries), { offset: first.end, layout: first.layout });
    expect(rest.entries.map((entry) => entry.value)).toEqual([0.5, -Infinity]);
  });
});

describe('a damaged file', () => {
  const good = encodeShard(entries);
  const secondEntry = decodeShard(encodeShard(entries.slice(0, 1))).end;

  function damaged(change: (view: DataView, bytes: Uint8Array) => void): Uint8Array {
    const bytes = Uint8Array.from(good);
    change(new DataView(bytes.buffer), bytes);
    return bytes;
  }

  test('without a byte is empty', () => {
    expect(decodeShard(new Uint8Array(0))).toMatchObject({
      entries: [],
      problems: [{ code: 'empty', offset: 0 }],
    });
  });

  test('that ends in its header is truncated', () => {
    expect(decodeShard(good.subarray(0, 5))).toMatchObject({
      entries: [],
      problems: [{ code: 'truncated', offset: 5 }],
    });
  });

  test('of zeros is one that Python is about to fill: no entries, no problem', () => {
    expect(decodeShard(new Uint8Array(65536))).toMatchObject({ entries: [], problems: [] });
  });

  test.each([-1, 1, 7, -2147483648])('with %d bytes in use has a bad header', (used) => {
    expect(decodeShard(damaged((view) => view.setInt32(0, used, true)))).toMatchObject({
      entries: [],
      problems: [{ code: 'bad-header', offset: 0 }],
    });
  });

  test('cut off within an entry gives the entries before, and the offset of its end', () => {
    for (let length = secondEntry; length < good.length; length++) {
      const decoded = decodeShard(good.subarray(0, length));
      expect(decoded.problems).toMatchObject([{ code: 'truncated', offset: length }]);
      expect(decoded.entries.length).toBeGreaterThan(0);
      expect(decoded.entries.length).toBeLessThan(3);
    }
  });

  test.each([0, -1, 2147483647, 5000])(
    'with a key length of %d names the offset of that entry',
    (keyLength) => {
      const decoded = decodeShard(damaged((view) => view.setInt32(secondEntry, keyLength, true)));
      expect(decoded.problems).toMatchObject([{ code: 'bad-entry', offset: secondEntry }]);
      expect(decoded.entries).toHaveLength(1);
    },
  );

  test('with a key that is not a series leaves out only that entry', () => {
    const decoded = decodeShard(damaged((_, bytes) => bytes.fill(0x78, secondEntry + 5, secondEntry + 6)));
    expect(decoded.problems).toMatchObject([{ code: 'bad-key', offset: secondEntry + 4 }]);
    expect(decoded.entries.map((entry) => entry.value)).toEqual([3, -Infinity]);
  });

  test('with a key that is not UTF-8 leaves out only that entry', () => {
    const decoded = decodeShard(damaged((_, bytes) => bytes.fill(0xff, secondEntry + 6, secondEntry + 7)));
    expect(decoded.problems).toMatchObject([{ code: 'bad-key', offset: secondEntry + 4 }]);
    expect(decoded.entries).toHaveLength(2);
  });

  test('never shows its content in a message', () => {
    const decoded = decodeShard(damaged((_, bytes) => bytes.set(Buffer.from('secret'), secondEntry + 5)));
    expect(JSON.stringify(decoded.problems)).not.toContain('secret');
  });
});
