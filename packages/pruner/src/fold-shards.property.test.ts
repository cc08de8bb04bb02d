import { decodeShard, encodeKey, encodeShard, type SeriesKey, type ShardKind } from '@promshard/shard-format';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { foldRule } from './fold-rule.js';
import { foldShards, type FoldEntry, type FoldInput } from './fold-shards.js';

const KINDS: readonly ShardKind[] = [
  { kind: 'counter' },
  { kind: 'summary' },
  { kind: 'gauge', mode: 'sum' },
  { kind: 'gauge', mode: 'min' },
  { kind: 'gauge', mode: 'max' },
  { kind: 'gauge', mode: 'mostrecent' },
  { kind: 'gauge', mode: 'all' },
  { kind: 'gauge', mode: 'livesum' },
];

const entries = fc
  .record({
    label: fc.constantFrom('a', 'b', '"\\\n', 'é😀'),
    value: fc.oneof(fc.integer({ min: -1e6, max: 1e6 }), fc.constantFrom(Number.NaN, Infinity, -Infinity)),
    timestamp: fc.constantFrom(-1, 0, 1, 2, 3),
  })
  .map(({ label, value, timestamp }): FoldEntry => {
    const key: SeriesKey = { family: 'f', sample: 'f', labels: { label }, help: '' };
    return { key, keyText: encodeKey(key), value, timestamp };
  });

const inputs = fc.array(
  fc.record({ shard: fc.constantFrom(...KINDS), entries: fc.array(entries, { maxLength: 6 }) }),
  { maxLength: 12 },
);

/** The plainest fold there is: one list of values a series, combined at the end. */
function model(shards: readonly FoldInput[]): Map<string, number> {
  const lists = new Map<string, { rule: string; entries: FoldEntry[] }>();
  for (const { shard, entries: all } of shards) {
    const rule = foldRule(shard);
    for (const entry of all) {
      if (entry.timestamp === -1 || rule === 'drop') continue;
      const name = JSON.stringify([shard, entry.keyText]);
      const list = lists.get(name) ?? { rule, entries: [] };
      list.entries.push(entry);
      lists.set(name, list);
    }
  }
  return new Map([...lists].map(([name, { rule, entries: list }]) => [name, combine(rule, list)]));
}

function combine(rule: string, list: readonly FoldEntry[]): number {
  const values = list.map(({ value }) => value);
  if (rule === 'sum') return values.reduce((a, b) => a + b);
  if (rule === 'min') return values.reduce((a, b) => (b < a ? b : a));
  if (rule === 'max') return values.reduce((a, b) => (b > a ? b : a));
  return list.reduce((a, b) => (b.timestamp > a.timestamp ? b : a)).value;
}

function result(shards: readonly FoldInput[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const { shard, entries: all } of foldShards(shards)) {
    for (const { key, value } of all) found.set(JSON.stringify([shard, encodeKey(key)]), value);
  }
  return found;
}

/** Folds, writes, reads back: what the next run finds. */
function throughFile(shards: readonly FoldInput[]): FoldInput[] {
  return foldShards(shards).map(({ shard, entries: all }) => ({
    shard,
    entries: decodeShard(encodeShard(all)).entries,
  }));
}

describe('folding, for any shards', () => {
  test('gives what the plainest fold gives', () => {
    fc.assert(
      fc.property(inputs, (shards) => {
        expect(result(shards)).toEqual(model(shards));
      }),
    );
  });

  test('in two generations gives what one gives', () => {
    fc.assert(
      fc.property(inputs, fc.nat(), (shards, cut) => {
        const [first, second] = [shards.slice(0, cut % 12), shards.slice(cut % 12)];
        expect(result([...throughFile(first), ...second])).toEqual(model(shards));
      }),
    );
  });

  test('gives one entry a series where sums are whole numbers', () => {
    fc.assert(
      fc.property(inputs, (shards) => {
        const count = foldShards(shards).reduce((sum, output) => sum + output.entries.length, 0);
        expect(count).toBe(model(shards).size);
      }),
    );
  });

  test('keeps sums of any numbers the same in any order', () => {
    const values = fc.array(fc.double({ noNaN: true, min: -1e100, max: 1e100 }), {
      minLength: 1,
      maxLength: 20,
    });
    const sum = (list: readonly number[]): number => {
      const key: SeriesKey = { family: 'f', sample: 'f', labels: {}, help: '' };
      const shards = list.map((value) => ({
        shard: { kind: 'counter' } as const,
        entries: [{ key, keyText: encodeKey(key), value: Math.abs(value), timestamp: 0 }],
      }));
      return foldShards(shards)[0]?.entries[0]?.value ?? 0;
    };
    fc.assert(
      fc.property(values, (list) => {
        expect(sum(list.toReversed())).toBe(sum(list));
      }),
    );
  });
});
