import { expect, test } from 'vitest';
import { chooseShards } from './choose-shards.js';

const NAMES = [
  '.7-0123456789abcdef.counter.tmp',
  '7-0123456789abcdef.owner',
  'counter_1.db',
  'counter_7-0123456789abcdef.db',
  'counter_folded-2.db',
  'counter_folded-3.db',
  'folded.json',
  'gauge_all_1.db',
  'pruner-3.lock',
  'sqlite.db',
];

test('without a pointer all shards count but the folded ones, which no pointer names yet', () => {
  const { shards, superseded, problems } = chooseShards(NAMES, undefined);
  expect(shards.map(({ name }) => name)).toEqual([
    'counter_1.db',
    'counter_7-0123456789abcdef.db',
    'gauge_all_1.db',
  ]);
  expect(superseded).toBe(2);
  expect(problems.map(({ code, file }) => `${code} ${file}`)).toEqual(['foreign-file sqlite.db']);
});

test('with a pointer its files count, and what it supersedes does not', () => {
  const { shards, problems } = chooseShards(NAMES, {
    formatVersion: 1,
    generation: 3,
    files: ['counter_folded-3.db', 'gauge_max_folded-3.db'],
    superseded: ['counter_1.db', 'counter_folded-2.db'],
  });
  expect(shards.map(({ name }) => name)).toEqual([
    'counter_7-0123456789abcdef.db',
    'counter_folded-3.db',
    'gauge_all_1.db',
  ]);
  expect(problems.map(({ code, file }) => `${code} ${file}`)).toEqual([
    'foreign-file sqlite.db',
    'folded-shard-missing gauge_max_folded-3.db',
  ]);
});
