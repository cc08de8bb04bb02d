import { decodeShard, encodeShard, type SeriesKey, type ShardEntryInput } from '@promshard/shard-format';
import { describe, expect, test } from 'vitest';

import { SeriesTable, type CombiningRule } from './series-table.js';

const key = (labels: Record<string, string> = {}): SeriesKey => ({
  family: 'f',
  sample: 'f',
  labels,
  help: 'Help.',
});

function entry(value: number, timestamp = 0, labels: Record<string, string> = {}): ShardEntryInput {
  return { key: key(labels), value, timestamp };
}

function tableOf(rule: CombiningRule, ...entries: readonly ShardEntryInput[]): SeriesTable {
  const table = new SeriesTable(rule);
  for (const one of entries) table.addFile(encodeShard([one]));
  return table;
}

/** What one series comes to over several shards. */
function fold(rule: CombiningRule, ...entries: ShardEntryInput[]): [value: number, timestamp: number][] {
  const { entries: folded, problems } = decodeShard(tableOf(rule, ...entries).encode());
  expect(problems).toEqual([]);
  return folded.map(({ value, timestamp }) => [value, timestamp]);
}

describe('folding', () => {
  test('adds, takes the least, the greatest, the latest', () => {
    expect(fold('sum', entry(1), entry(2), entry(4))).toEqual([[7, 0]]);
    expect(fold('min', entry(2), entry(1), entry(3))).toEqual([[1, 0]]);
    expect(fold('max', entry(2), entry(3), entry(1))).toEqual([[3, 0]]);
    expect(fold('mostrecent', entry(2, 20), entry(3, 30), entry(1, 10))).toEqual([[3, 30]]);
  });

  test('takes the first of equally recent values', () => {
    expect(fold('mostrecent', entry(2, 20), entry(3, 20))).toEqual([[2, 20]]);
  });

  test('lets NaN spoil a sum, as Python does', () => {
    expect(fold('sum', entry(1), entry(Number.NaN))).toEqual([[Number.NaN, 0]]);
    expect(fold('sum', entry(Number.NaN), entry(1))).toEqual([[Number.NaN, 0]]);
  });

  test.each(['min', 'max'] as const)('passes over NaN for %s, unless there is nothing else', (rule) => {
    expect(fold(rule, entry(1), entry(Number.NaN))).toEqual([[1, 0]]);
    expect(fold(rule, entry(Number.NaN), entry(1))).toEqual([[1, 0]]);
    expect(fold(rule, entry(Number.NaN), entry(Number.NaN))).toEqual([[Number.NaN, 0]]);
  });

  test('adds infinities', () => {
    expect(fold('sum', entry(Infinity), entry(1))).toEqual([[Infinity, 0]]);
    expect(fold('sum', entry(Infinity), entry(-Infinity))).toEqual([[Number.NaN, 0]]);
  });

  test('passes over removed entries', () => {
    expect(fold('sum', entry(5, -1), entry(2))).toEqual([[2, 0]]);
    expect(fold('max', entry(5, -1))).toEqual([]);
  });

  test('keeps label sets apart, in the order in which they came', () => {
    const table = tableOf('max', entry(1), entry(2, 0, { a: '1' }), entry(8, 0, { a: '1' }));
    const { entries } = decodeShard(table.encode());
    expect(entries.map(({ key: { labels }, value }) => [labels, value])).toEqual([
      [{}, 1],
      [{ a: '1' }, 8],
    ]);
  });

  test('keeps what rounding takes from a sum, as a second entry of the series', () => {
    expect(fold('sum', entry(2 ** 53), entry(1))).toEqual([
      [2 ** 53, 0],
      [1, 0],
    ]);
  });

  test('folds over generations to the same sum as at once', () => {
    const parts = Array.from({ length: 50 }, (_, i) => 0.1 * (i + 1) + 1 / 3);
    let generation = encodeShard([]);
    for (const part of parts) {
      const table = tableOf('sum', entry(part));
      table.addFile(generation);
      generation = table.encode();
    }
    const atOnce = fold('sum', ...parts.map((part) => entry(part)));
    expect(decodeShard(generation).entries.map(({ value }) => value)).toEqual(atOnce.map(([value]) => value));
  });
});

describe('the time of a series', () => {
  const folded = (rule: CombiningRule, ...files: [timestamp: number, touchedAt?: number][]): number[] => {
    const table = new SeriesTable(rule);
    for (const [timestamp, touchedAt] of files) table.addFile(encodeShard([entry(1, timestamp)]), touchedAt);
    return decodeShard(table.encode()).entries.map(({ timestamp }) => timestamp);
  };

  test.each(['sum', 'min', 'max'] as const)('of a %s is that of the latest fold that added to it', (rule) => {
    expect(folded(rule, [0, 100], [0, 90])).toEqual([100]);
    // A layer keeps what it says.
    expect(folded(rule, [0, 100], [120])).toEqual([120]);
  });

  test('of a most recent value is its own', () => {
    expect(folded('mostrecent', [7, 100])).toEqual([7]);
  });

  test('that is no number counts as none', () => {
    expect(folded('mostrecent', [Number.NaN, 100], [3, 100])).toEqual([3]);
  });
});

describe('a file with a problem', () => {
  const bytes = encodeShard([entry(1), entry(2, 0, { a: '1' })]);
  test.each([
    ['truncated', bytes.subarray(0, bytes.byteLength - 1)],
    ['empty', new Uint8Array()],
    ['bad-key', bytes.map((byte, i) => (i === 70 ? 0xff : byte))],
  ])('(%s) adds nothing', (code, file) => {
    const table = new SeriesTable('sum');
    expect(table.addFile(file)).toMatchObject({ code });
    expect(table.size).toBe(0);
  });
});

test('knows the size of the file that it makes, also after series were removed', () => {
  const table = tableOf('sum', entry(1), entry(2, 0, { a: 'é😀' }), entry(3, 0, { b: '1' }));
  expect(table.encode().byteLength).toBe(table.bytes);
  for (const [name] of [...table.touched()].slice(1)) table.remove(name);
  expect(table.encode()).toEqual(encodeShard([entry(1)]));
  expect(table.bytes).toBe(encodeShard([entry(1)]).byteLength);
});
