import type { OwnerRecord } from '@promshard/shard-format';
import { describe, expect, test } from 'vitest';

import { explainLiveness, judgeLiveness, type LivenessEvidence } from './judge-liveness.js';

const record: OwnerRecord = {
  formatVersion: 1,
  pid: 4711,
  threadId: 0,
  processStartTime: '100',
  bootId: 'boot-a',
  pidNamespace: 'pid:[1]',
  createdAt: 1,
  writerVersion: '1.0.0',
  locked: true,
};

const evidence: LivenessEvidence = {
  lock: 'untried',
  bootId: 'boot-a',
  pidNamespace: 'pid:[1]',
  process: { kind: 'exists', startTime: '100' },
};

const none = { kind: 'none' } as const;

const rows: [string, Partial<OwnerRecord>, Partial<LivenessEvidence>, string, string][] = [
  ['a held lock', {}, { lock: 'held' }, 'alive', 'lock-held'],
  ['a held lock of another namespace', { pidNamespace: 'pid:[2]' }, { lock: 'held' }, 'alive', 'lock-held'],
  ['a held lock though its PID is not seen', {}, { lock: 'held', process: none }, 'alive', 'lock-held'],
  ['a free lock', {}, { lock: 'free' }, 'dead', 'lock-free'],
  ['a free lock of a boot before', { bootId: 'boot-b' }, { lock: 'free' }, 'dead', 'lock-free'],
  ['a free lock though a process has its PID', {}, { lock: 'free' }, 'dead', 'lock-free'],
  [
    'a file that can be locked, of a writer without lock',
    { locked: false },
    { lock: 'free' },
    'alive',
    'process-runs',
  ],
  ['no lock here, and no process', {}, { process: none }, 'dead', 'process-gone'],
  ['no lock, and no process', { locked: false }, { process: none }, 'dead', 'process-gone'],
  ['no lock, and a process', { locked: false }, {}, 'alive', 'process-runs'],
  ['no lock, and a thread of a process', { locked: false, threadId: 3 }, {}, 'alive', 'process-runs'],
  [
    'no lock, and a process that started at another time',
    { locked: false },
    { process: { kind: 'exists', startTime: '101' } },
    'dead',
    'pid-reused',
  ],
  [
    'no lock, and a process of unknown start',
    { locked: false },
    { process: { kind: 'exists', startTime: null } },
    'alive',
    'process-runs',
  ],
  [
    'no lock, and a record without start',
    { locked: false, processStartTime: null },
    {},
    'alive',
    'process-runs',
  ],
  ['no lock, another boot', { locked: false, bootId: 'boot-b' }, { process: none }, 'unknown', 'elsewhere'],
  [
    'no lock, another namespace',
    { locked: false, pidNamespace: 'pid:[2]' },
    { process: none },
    'unknown',
    'elsewhere',
  ],
  [
    'no lock, a record without boot',
    { locked: false, bootId: null },
    { process: none },
    'unknown',
    'host-unnamed',
  ],
  [
    'no lock, a record without namespace',
    { locked: false, pidNamespace: null },
    { process: none },
    'unknown',
    'host-unnamed',
  ],
  [
    'no lock, and neither side knows its boot',
    { locked: false, bootId: null },
    { bootId: null, process: none },
    'unknown',
    'host-unnamed',
  ],
];

describe('judging a writer', () => {
  test.each(rows)('%s', (_, recordPart, evidencePart, kind, reason) => {
    expect(judgeLiveness({ ...record, ...recordPart }, { ...evidence, ...evidencePart })).toEqual({
      kind,
      reason,
    });
  });

  test.each(['free', 'held', 'untried'] as const)('a damaged record says nothing, its lock %s', (lock) => {
    expect(judgeLiveness(undefined, { ...evidence, lock, process: none })).toEqual({
      kind: 'unknown',
      reason: 'damaged-record',
    });
  });

  test('each reason has words', () => {
    const reasons = new Set(rows.map(([, , , , reason]) => reason));
    expect(reasons.size).toBe(7);
    expect(explainLiveness({ kind: 'dead', reason: 'lock-free' })).toBe(
      'the lock of its owner record is free',
    );
  });
});
