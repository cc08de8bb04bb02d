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
  localDisk: true,
  process: { kind: 'exists', startTime: '100' },
};

const none = { kind: 'none' } as const;
const INITIAL = 'pid:[4026531836]';

const rows: [string, Partial<OwnerRecord>, Partial<LivenessEvidence>, string, string][] = [
  ['a closed record', { locked: false, closed: true }, {}, 'dead', 'closed'],
  [
    'a closed record of another namespace',
    { locked: false, closed: true, pidNamespace: 'pid:[2]' },
    {},
    'dead',
    'closed',
  ],
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
    'no lock, another boot, both in the namespace of the machine',
    { locked: false, bootId: 'boot-b', pidNamespace: INITIAL },
    { pidNamespace: INITIAL },
    'dead',
    'boot-over',
  ],
  [
    'no lock, another boot, the writer in a container',
    { locked: false, bootId: 'boot-b' },
    { pidNamespace: INITIAL, process: none },
    'unknown',
    'elsewhere',
  ],
  [
    'no lock, another boot, the pruner in a container',
    { locked: false, bootId: 'boot-b', pidNamespace: INITIAL },
    { process: none },
    'unknown',
    'elsewhere',
  ],
  [
    'no lock, another boot, on a file system that other machines reach',
    { locked: false, bootId: 'boot-b', pidNamespace: INITIAL },
    { pidNamespace: INITIAL, localDisk: false, process: none },
    'unknown',
    'elsewhere',
  ],
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
  test.each(rows)('with %s', (_, recordPart, evidencePart, kind, reason) => {
    const claim = { record: { ...record, ...recordPart }, evidence: { ...evidence, ...evidencePart } };
    expect(judgeLiveness({ kind: 'record', ...claim })).toEqual({ kind, reason });
  });

  test('with a damaged record: nothing is known', () => {
    expect(judgeLiveness({ kind: 'damaged' })).toEqual({ kind: 'unknown', reason: 'damaged-record' });
    expect(judgeLiveness({ kind: 'forbidden' })).toEqual({ kind: 'unknown', reason: 'record-forbidden' });
  });

  test.each([
    ['open', 'alive', 'files-open'],
    ['closed', 'dead', 'files-closed'],
    ['unseen', 'unknown', 'files-unseen'],
    ['unasked', 'unknown', 'no-owner-record'],
  ] as const)('without a record, its files %s', (files, kind, reason) => {
    expect(judgeLiveness({ kind: 'none', evidence: { files } })).toEqual({ kind, reason });
  });

  test('gives a reason that has words', () => {
    expect(explainLiveness({ kind: 'dead', reason: 'lock-free' })).toBe(
      'the lock of its owner record is free',
    );
  });
});
