import {
  encodeKey,
  encodeShard,
  decodeShard,
  GAUGE_MODES,
  type SeriesKey,
  type ShardKind,
} from '@promshard/shard-format';
import { describe, expect, test } from 'vitest';

import { foldRule } from './fold-rule.js';
import { foldShards, type FoldEntry, type FoldInput } from './fold-shards.js';

const key = (labels: Record<string, string> = {}): SeriesKey => ({
  family: 'f',
  sample: 'f',
  labels,
  help: 'Help.',
});

function entry(value: number, timestamp = 0, labels: Record<string, string> = {}): FoldEntry {
  return { key: key(labels), keyText: encodeKey(key(labels)), value, timestamp };
}

/** What one series comes to over several shards of a kind. */
function fold(shard: ShardKind, ...entries: FoldEntry[]): [value: number, timestamp: number][] {
  const outputs = foldShards(entries.map((one): FoldInput => ({ shard, entries: [one] })));
  return outputs.flatMap((output) => output.entries).map(({ value, timestamp = 0 }) => [value, timestamp]);
}

const gauge = (mode: (typeof GAUGE_MODES)[number]): ShardKind => ({ kind: 'gauge', mode });

describe('folding', () => {
  test.each([{ kind: 'counter' }, { kind: 'histogram' }, { kind: 'summary' }, gauge('sum')] as const)(
    'adds the values of $kind shards',
    (shard) => {
      expect(fold(shard, entry(1), entry(2), entry(4))).toEqual([[7, 0]]);
    },
  );

  test('takes the least, the greatest, the latest', () => {
    expect(fold(gauge('min'), entry(2), entry(1), entry(3))).toEqual([[1, 0]]);
    expect(fold(gauge('max'), entry(2), entry(3), entry(1))).toEqual([[3, 0]]);
    expect(fold(gauge('mostrecent'), entry(2, 20), entry(3, 30), entry(1, 10))).toEqual([[3, 30]]);
  });

  test('takes the first of equally recent values', () => {
    expect(fold(gauge('mostrecent'), entry(2, 20), entry(3, 20))).toEqual([[2, 20]]);
  });

  test('treats NaN as Python does', () => {
    expect(fold({ kind: 'counter' }, entry(1), entry(Number.NaN))).toEqual([[Number.NaN, 0]]);
    expect(fold(gauge('min'), entry(1), entry(Number.NaN))).toEqual([[1, 0]]);
    expect(fold(gauge('min'), entry(Number.NaN), entry(1))).toEqual([[Number.NaN, 0]]);
    expect(fold(gauge('max'), entry(Number.NaN), entry(1))).toEqual([[Number.NaN, 0]]);
  });

  test('adds infinities', () => {
    expect(fold({ kind: 'counter' }, entry(Infinity), entry(1))).toEqual([[Infinity, 0]]);
    expect(fold(gauge('sum'), entry(Infinity), entry(-Infinity))).toEqual([[Number.NaN, 0]]);
  });

  test.each(GAUGE_MODES.filter((mode) => foldRule(gauge(mode)) === 'drop'))('drops %s gauges', (mode) => {
    expect(fold(gauge(mode), entry(1, 1))).toEqual([]);
  });

  test('folds every gauge mode that outlives its writer, and only those', () => {
    expect(GAUGE_MODES.filter((mode) => foldRule(gauge(mode)) !== 'drop')).toEqual([
      'min',
      'max',
      'sum',
      'mostrecent',
    ]);
  });

  test('passes over removed entries', () => {
    expect(fold({ kind: 'counter' }, entry(5, -1), entry(2))).toEqual([[2, 0]]);
    expect(fold(gauge('max'), entry(5, -1))).toEqual([]);
  });

  test('keeps kinds and label sets apart', () => {
    const outputs = foldShards([
      { shard: gauge('max'), entries: [entry(1), entry(2, 0, { a: '1' })] },
      { shard: { kind: 'counter' }, entries: [entry(4)] },
      { shard: gauge('max'), entries: [entry(8, 0, { a: '1' })] },
    ]);
    expect(outputs).toEqual([
      { shard: { kind: 'counter' }, entries: [{ key: key(), value: 4, timestamp: 0 }] },
      {
        shard: gauge('max'),
        entries: [
          { key: key(), value: 1, timestamp: 0 },
          { key: key({ a: '1' }), value: 8, timestamp: 0 },
        ],
      },
    ]);
  });

  test('keeps what rounding takes from a sum, as a second entry of the series', () => {
    expect(fold({ kind: 'counter' }, entry(2 ** 53), entry(1))).toEqual([
      [2 ** 53, 0],
      [1, 0],
    ]);
  });

  test('folds over generations to the same sum as at once', () => {
    const parts = Array.from({ length: 50 }, (_, i) => 0.1 * (i + 1) + 1 / 3);
    const shard: ShardKind = { kind: 'summary' };
    let generation: readonly FoldEntry[] = [];
    for (const part of parts) {
      const [output] = foldShards([
        { shard, entries: [entry(part)] },
        { shard, entries: generation },
      ]);
      generation = decodeShard(encodeShard(output?.entries ?? [])).entries;
    }
    const atOnce = fold(shard, ...parts.map((part) => entry(part)));
    expect(generation.map(({ value }) => value)).toEqual(atOnce.map(([value]) => value));
  });
});
