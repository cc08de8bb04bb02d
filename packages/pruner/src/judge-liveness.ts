import type { OwnerRecord } from '@promshard/shard-format';

/** Whether a writer lives, and how that is known. */
export type Liveness =
  | { readonly kind: 'alive'; readonly reason: 'lock-held' | 'process-runs' | 'files-open' }
  | {
      readonly kind: 'dead';
      readonly reason: 'closed' | 'lock-free' | 'process-gone' | 'pid-reused' | 'boot-over' | 'files-closed';
    }
  /** Counts as alive: keeping too much costs a file, folding too early corrupts a count. */
  | {
      readonly kind: 'unknown';
      readonly reason:
        | 'no-owner-record'
        | 'files-unseen'
        | 'damaged-record'
        | 'record-forbidden'
        | 'elsewhere'
        | 'host-unnamed';
    };

/** What could be observed about the owner that a record names. */
export interface LivenessEvidence {
  /** `untried` where the record does not claim a lock, or this process cannot try it. */
  readonly lock: 'free' | 'held' | 'untried';
  /** Boot and PID namespace of the observing process. */
  readonly bootId: string | null;
  readonly pidNamespace: string | null;
  /** Whether only processes of this machine can reach the directory: it lies on a disk, or in memory, of its own. */
  readonly localDisk: boolean;
  /** The process that has the record's PID in the observer's namespace; `startTime` is null where unknown. */
  readonly process:
    | { readonly kind: 'none' }
    | { readonly kind: 'exists'; readonly startTime: string | null };
}

/** What could be observed about a writer that left no record: whether anybody has its files open for writing. */
export interface FilesEvidence {
  /** `unasked` where the pruner was not told to judge such writers; `unseen` where the system does not say. */
  readonly files: 'open' | 'closed' | 'unseen' | 'unasked';
}

/** A writer, as far as it said who it is. */
export type Claim =
  | { readonly kind: 'record'; readonly record: OwnerRecord; readonly evidence: LivenessEvidence }
  /** What its record says makes no sense, or is of a later format; or the disk does not give it. */
  | { readonly kind: 'damaged' }
  /** This process is not allowed to read its record. */
  | { readonly kind: 'forbidden' }
  /** There is no file: Python's shards, or a lost one. */
  | { readonly kind: 'none'; readonly evidence: FilesEvidence };

/** Decides whether a writer lives. The rules, and why: docs/decisions/0005-liveness.md. */
export function judgeLiveness(claim: Claim): Liveness {
  switch (claim.kind) {
    case 'record':
      return judgeOwner(claim.record, claim.evidence);
    case 'damaged':
      return { kind: 'unknown', reason: 'damaged-record' };
    case 'forbidden':
      return { kind: 'unknown', reason: 'record-forbidden' };
    case 'none':
      return judgeFiles(claim.evidence);
    default:
      return claim satisfies never;
  }
}

/**
 * The rules, in this order:
 *
 * 1. The record says that its owner closed it: dead.
 * 2. The record claims a lock and it could be tried: held is alive, free is dead.
 * 3. Same boot and same PID namespace, both named: no such process is dead; a process that started at another
 *    time is a reused PID, dead; any other is alive.
 * 4. Another boot, and nothing but this machine can be meant: dead.
 * 5. Everything else is unknown.
 */
function judgeOwner(record: OwnerRecord, evidence: LivenessEvidence): Liveness {
  if (record.closed === true) return { kind: 'dead', reason: 'closed' };
  if (record.locked && evidence.lock !== 'untried') {
    return evidence.lock === 'held'
      ? { kind: 'alive', reason: 'lock-held' }
      : { kind: 'dead', reason: 'lock-free' };
  }
  const { bootId, pidNamespace } = evidence;
  if (bootId === null || pidNamespace === null) return { kind: 'unknown', reason: 'host-unnamed' };
  if (record.bootId === null || record.pidNamespace === null)
    return { kind: 'unknown', reason: 'host-unnamed' };
  if (record.bootId !== bootId) {
    // Containers may be given a boot id of their own (systemd-nspawn does so), the initial namespace never.
    const areHosts = record.pidNamespace === INITIAL_PID_NAMESPACE && pidNamespace === INITIAL_PID_NAMESPACE;
    return areHosts && evidence.localDisk
      ? { kind: 'dead', reason: 'boot-over' }
      : { kind: 'unknown', reason: 'elsewhere' };
  }
  if (record.pidNamespace !== pidNamespace) return { kind: 'unknown', reason: 'elsewhere' };
  if (evidence.process.kind === 'none') return { kind: 'dead', reason: 'process-gone' };
  const { startTime } = evidence.process;
  const reused =
    startTime !== null && record.processStartTime !== null && startTime !== record.processStartTime;
  return reused ? { kind: 'dead', reason: 'pid-reused' } : { kind: 'alive', reason: 'process-runs' };
}

function judgeFiles({ files }: FilesEvidence): Liveness {
  switch (files) {
    case 'open':
      return { kind: 'alive', reason: 'files-open' };
    case 'closed':
      return { kind: 'dead', reason: 'files-closed' };
    case 'unseen':
      return { kind: 'unknown', reason: 'files-unseen' };
    case 'unasked':
      return { kind: 'unknown', reason: 'no-owner-record' };
    default:
      return files satisfies never;
  }
}

/** PROC_PID_INIT_INO in Linux's `include/linux/proc_ns.h`: the namespace that the machine boots with. */
const INITIAL_PID_NAMESPACE = 'pid:[4026531836]';

const EXPLANATIONS: Readonly<Record<Liveness['reason'], string>> = {
  'lock-held': 'it holds the lock of its owner record',
  'process-runs': 'its process runs',
  'files-open': 'a process has its files open for writing',
  closed: 'it said that it has ended',
  'lock-free': 'the lock of its owner record is free',
  'process-gone': 'no living process has its PID',
  'pid-reused': 'its PID belongs to a process that started at another time',
  'boot-over': 'it ran before this machine was last started',
  'files-closed': 'no process has its files open for writing',
  'no-owner-record': 'it has no owner record, as shards of other libraries',
  'files-unseen':
    'it has no owner record, and the system does not say whether its files are open for writing',
  'damaged-record': 'its owner record cannot be read',
  'record-forbidden':
    'this process is not permitted to read its owner record; run the pruner as the user of the writers',
  elsewhere: 'it is of another boot or PID namespace, and its lock cannot be tried',
  'host-unnamed': 'its boot and PID namespace are not known, and its lock cannot be tried',
};

/** Says a judgement's reason in words, as a clause about "it". */
export function explainLiveness({ reason }: Liveness): string {
  return EXPLANATIONS[reason];
}
