import { describe, expect, test } from 'vitest';

import {
  foldedId,
  foldSpareName,
  ownerFileName,
  parseFileName,
  prunerLockName,
  shardFileName,
  temporaryFileName,
} from './file-name.js';
import { GAUGE_MODES, STATE_SET_MODES } from './metric-kind.js';
import { shardId } from './shard-id.js';

const id = shardId({ pid: 4711, nonce: '0123456789abcdef' });

describe('a name that promshard makes', () => {
  test.each(['counter', 'histogram', 'summary'] as const)('of a %s is read back', (kind) => {
    expect(shardFileName({ kind }, id)).toBe(`${kind}_4711-0123456789abcdef.db`);
    expect(parseFileName(shardFileName({ kind }, id))).toEqual({ type: 'shard', shard: { kind }, id });
  });

  test.each(GAUGE_MODES)('of a gauge of mode %s is read back', (mode) => {
    const shard = { kind: 'gauge', mode } as const;
    expect(parseFileName(shardFileName(shard, id))).toEqual({ type: 'shard', shard, id });
  });

  test.each(['sketch', 'info'] as const)(
    'of a kind that Python does not know, %s, does not end in .db',
    (kind) => {
      expect(shardFileName({ kind }, id)).toBe(`${kind}_4711-0123456789abcdef.shard`);
      expect(parseFileName(shardFileName({ kind }, id))).toEqual({ type: 'shard', shard: { kind }, id });
    },
  );

  test.each(STATE_SET_MODES)('of a state set of mode %s is read back', (mode) => {
    const shard = { kind: 'stateset', mode } as const;
    expect(shardFileName(shard, id)).toBe(`stateset_${mode}_4711-0123456789abcdef.shard`);
    expect(parseFileName(shardFileName(shard, id))).toEqual({ type: 'shard', shard, id });
  });

  test('of exemplars begins with the writer, and is folded as others are', () => {
    const shard = { kind: 'exemplars' } as const;
    expect(shardFileName(shard, id)).toBe('4711-0123456789abcdef.exemplars');
    expect(parseFileName(shardFileName(shard, id))).toEqual({ type: 'shard', shard, id });
    expect(parseFileName('folded-3.exemplars')).toEqual({ type: 'shard', shard, id: 'folded-3', fold: 3 });
    expect(parseFileName('.exemplars')).toEqual({ type: 'other' });
  });

  test('of a folded shard carries its generation', () => {
    expect(parseFileName(shardFileName({ kind: 'counter' }, foldedId(12)))).toEqual({
      type: 'shard',
      shard: { kind: 'counter' },
      id: 'folded-12',
      fold: 12,
    });
  });

  test('of an owner, a lock, the pointer and a temporary file is told apart', () => {
    expect(parseFileName(ownerFileName(id))).toEqual({ type: 'owner', id });
    expect(parseFileName(prunerLockName(3))).toEqual({ type: 'pruner-lock', epoch: 3 });
    expect(parseFileName('folded.json')).toEqual({ type: 'fold-pointer' });
    expect(parseFileName(foldSpareName(7))).toEqual({ type: 'fold-spare', generation: 7 });
    expect(parseFileName(temporaryFileName(id, 'gauge-max'))).toEqual({ type: 'temporary', id });
  });
});

describe('a name that others made', () => {
  test.each([
    ['counter_123.db', { type: 'shard', shard: { kind: 'counter' }, id: '123' }],
    ['gauge_livemax_123.db', { type: 'shard', shard: { kind: 'gauge', mode: 'livemax' }, id: '123' }],
    ['counter_uwsgi_1.db', { type: 'shard', shard: { kind: 'counter' }, id: 'uwsgi_1' }],
    ['counter_folded-0.db', { type: 'shard', shard: { kind: 'counter' }, id: 'folded-0' }],
    ['gauge_median_123.db', { type: 'foreign-shard' }],
    ['gauge_123.db', { type: 'foreign-shard' }],
    ['counter_.db', { type: 'foreign-shard' }],
    ['backup.db', { type: 'foreign-shard' }],
    ['.db', { type: 'foreign-shard' }],
    ['counter_123.shard', { type: 'foreign-shard' }],
    ['sketch_123.db', { type: 'foreign-shard' }],
    ['stateset_all_123.shard', { type: 'foreign-shard' }],
    ['.shard', { type: 'foreign-shard' }],
    ['info_my_app.shard', { type: 'shard', shard: { kind: 'info' }, id: 'my_app' }],
    ['README', { type: 'other' }],
    ['.owner', { type: 'other' }],
    ['pruner-0.lock', { type: 'other' }],
    ['folded-0.json', { type: 'other' }],
    ['', { type: 'other' }],
  ])('%j is read as %j', (name, expected) => {
    expect(parseFileName(name)).toEqual(expected);
  });
});

describe('shardId', () => {
  test('names the thread only where there is one', () => {
    expect(shardId({ pid: 7, threadId: 2, nonce: 'a'.repeat(16) })).toBe('7t2-aaaaaaaaaaaaaaaa');
  });

  test.each([
    [{ pid: 0, nonce: 'a'.repeat(16) }],
    [{ pid: 1.5, nonce: 'a'.repeat(16) }],
    [{ pid: 1, threadId: -1, nonce: 'a'.repeat(16) }],
    [{ pid: 1, nonce: 'A'.repeat(16) }],
    [{ pid: 1, nonce: '../../etc/passwd' }],
  ])('refuses %j', (parts) => {
    expect(() => shardId(parts)).toThrow(RangeError);
  });
});
