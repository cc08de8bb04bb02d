import { decodeShard, encodeShard, type SeriesKey, type ShardEntryInput } from '@promshard/shard-format';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { SeriesTable, type CombiningRule } from './series-table.js';

const keyOf = (label: string): SeriesKey => ({ family: 'f', sample: 'f', labels: { label }, help: '' });

const entries = fc
  .record({
    label: fc.constantFrom('a', 'b', '"\\\n', 'é😀'),
    value: fc.oneof(fc.integer({ min: -1e6, max: 1e6 }), fc.constantFrom(Number.NaN, Infinity, -Infinity)),
    timestamp: fc.constantFrom(-1, 0, 1, 2, 3),
  })
  .map(({ label, value, timestamp }): ShardEntryInput => ({ key: keyOf(label), value, timestamp }));

const shards = fc.array(fc.array(entries, { maxLength: 6 }), { maxLength: 12 });
const rules = fc.constantFrom<CombiningRule>('sum', 'min', 'max', 'mostrecent');

/** The plainest fold there is: one list of values a series, combined at the end. */
function model(rule: CombiningRule, all: readonly (readonly ShardEntryInput[])[]): Map<string, number> {
  const lists = new Map<string, ShardEntryInput[]>();
  for (const entry of all.flat()) {
    if (entry.timestamp === -1) continue;
    const label = entry.key.labels['label'] ?? '';
    lists.set(label, [...(lists.get(label) ?? []), entry]);
  }
  return new Map([...lists].map(([label, list]) => [label, combine(rule, list)]));
}

function combine(rule: CombiningRule, list: readonly ShardEntryInput[]): number {
  const values = list.map(({ value }) => value);
  const numbers = values.filter((value) => !Number.isNaN(value));
  switch (rule) {
    case 'sum':
      return values.reduce((a, b) => a + b);
    case 'min':
      return numbers.length === 0 ? Number.NaN : Math.min(...numbers);
    case 'max':
      return numbers.length === 0 ? Number.NaN : Math.max(...numbers);
    case 'mostrecent':
      return list.reduce((a, b) => ((b.timestamp ?? 0) > (a.timestamp ?? 0) ? b : a)).value;
  }
}

function fold(rule: CombiningRule, files: readonly Uint8Array[]): Uint8Array {
  const table = new SeriesTable(rule);
  for (const file of files) expect(table.addFile(file)).toBeUndefined();
  return table.encode();
}

/** The first entry of a series is its rounded sum. */
function valuesOf(file: Uint8Array): Map<string, number> {
  const { entries: all } = decodeShard(file);
  return new Map(all.toReversed().map(({ key, value }) => [key.labels['label'] ?? '', value]));
}

describe('folding, for any shards', () => {
  test('gives what the plainest fold gives, one entry a series where sums are whole numbers', () => {
    fc.assert(
      fc.property(rules, shards, (rule, all) => {
        const file = fold(rule, all.map(encodeShard));
        expect(valuesOf(file)).toEqual(model(rule, all));
        expect(decodeShard(file).entries).toHaveLength(model(rule, all).size);
      }),
    );
  });

  test('in two layers gives what one gives', () => {
    fc.assert(
      fc.property(rules, shards, fc.nat(), (rule, all, cut) => {
        const files = all.map(encodeShard);
        const layers = [fold(rule, files.slice(0, cut % 12)), fold(rule, files.slice(cut % 12))];
        expect(valuesOf(fold(rule, layers))).toEqual(model(rule, all));
      }),
    );
  });

  test('keeps sums of any numbers the same in any order', () => {
    const values = fc.array(fc.double({ noNaN: true, min: 0, max: 1e100 }), { minLength: 1, maxLength: 20 });
    const sum = (list: readonly number[]): number | undefined =>
      valuesOf(
        fold(
          'sum',
          list.map((value) => encodeShard([{ key: keyOf('a'), value }])),
        ),
      ).get('a');
    fc.assert(
      fc.property(values, (list) => {
        expect(sum(list.toReversed())).toBe(sum(list));
      }),
    );
  });
});
