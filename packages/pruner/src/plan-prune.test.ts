import { describe, expect, test } from 'vitest';

import type { Liveness } from './judge-liveness.js';
import { planPrune } from './plan-prune.js';
import { planRecovery } from './plan-recovery.js';
import { takeInventory } from './take-inventory.js';

const dead: Liveness = { kind: 'dead', reason: 'lock-free' };
const LOST = '1-00000000000000aa';
const alive: Liveness = { kind: 'alive', reason: 'lock-held' };

function plan(names: string[], judgements: Record<string, Liveness>) {
  return planPrune(takeInventory(names), new Map(Object.entries(judgements)));
}

describe('planning', () => {
  test('folds what outlives a dead writer, drops the rest, and touches nobody else', () => {
    const names = [
      '1-a.owner',
      'counter_1-a.db',
      'gauge_max_1-a.db',
      'gauge_liveall_1-a.db',
      '.1-a.summary.tmp',
      '2-b.owner',
      'counter_2-b.db',
      '.2-b.summary.tmp',
      'counter_4711.db',
      'counter_folded-3.db',
      'folded.json',
      'pruner-9.lock',
      'README',
    ];
    expect(plan(names, { '1-a': dead, '2-b': alive })).toEqual({
      writers: [
        { id: '1-a', liveness: dead, shards: 3 },
        { id: '2-b', liveness: alive, shards: 1 },
        { id: '4711', liveness: { kind: 'unknown', reason: 'no-owner-record' }, shards: 1 },
      ],
      dead: [
        {
          id: '1-a',
          owner: '1-a.owner',
          fold: [
            { name: 'counter_1-a.db', shard: { kind: 'counter' } },
            { name: 'gauge_max_1-a.db', shard: { kind: 'gauge', mode: 'max' } },
          ],
          drop: ['gauge_liveall_1-a.db'],
          temporaries: ['.1-a.summary.tmp'],
        },
      ],
    });
  });

  test('leaves a dead writer alone whose owner record has gone since', () => {
    expect(plan([`counter_${LOST}.db`], { [LOST]: dead }).dead).toEqual([]);
  });

  test('passes over a writer that came after the judgements', () => {
    expect(plan(['1-a.owner', 'counter_1-a.db'], {})).toEqual({ writers: [], dead: [] });
  });

  test('tells a thread from its process', () => {
    const names = ['7-a.owner', 'counter_7-a.db', '7t1-a.owner', 'counter_7t1-a.db'];
    expect(plan(names, { '7-a': alive, '7t1-a': dead }).dead.map(({ id }) => id)).toEqual(['7t1-a']);
  });
});

describe('taking stock', () => {
  test('finds an owner record on its way only where none has arrived', () => {
    const { ownerTemporaries } = takeInventory([
      '.1-a.owner.tmp',
      '.2-b.owner.tmp',
      '2-b.owner',
      '.3-c.counter.tmp',
    ]);
    expect(ownerTemporaries).toEqual(['.1-a.owner.tmp']);
  });
});

describe('recovering', () => {
  test('clears away what never counted and what no longer counts', () => {
    const names = [
      '.folded-4.counter.tmp',
      '.pruner-8-0123456789abcdef.lock.tmp',
      '.1-a.counter.tmp',
      'counter_1-a.db',
      'counter_2-b.db',
      'counter_folded-2.db',
      'counter_folded-3.db',
      'counter_folded-4.db',
      'folded.json',
    ];
    const pointer = {
      formatVersion: 1,
      generation: 3,
      files: ['counter_folded-3.db'],
      superseded: ['counter_1-a.db', 'counter_folded-2.db', 'counter_0-z.db'],
    } as const;
    expect(planRecovery(names, pointer)).toEqual([
      '.folded-4.counter.tmp',
      '.pruner-8-0123456789abcdef.lock.tmp',
      'counter_folded-2.db',
      'counter_folded-4.db',
      'counter_1-a.db',
    ]);
  });

  test('removes nothing but shards, whatever a pointer names', () => {
    const names = ['1-a.owner', 'folded.json', 'pruner-1.lock', 'notes.txt', 'counter_folded-3.db'];
    const pointer = {
      formatVersion: 1,
      generation: 3,
      files: ['counter_folded-3.db'],
      superseded: names,
    } as const;
    expect(planRecovery(names, pointer)).toEqual([]);
  });
});
