import type { OwnerRecord } from '@promshard/shard-format';

/** Whether an owner lives, and how that is known. */
export type Liveness =
  | { readonly kind: 'alive'; readonly reason: 'lock-held' | 'process-runs' }
  | { readonly kind: 'dead'; readonly reason: 'lock-free' | 'process-gone' | 'pid-reused' }
  /** Counts as alive: keeping too much costs a file, folding too early corrupts a count. */
  | {
      readonly kind: 'unknown';
      readonly reason: 'no-owner-record' | 'damaged-record' | 'elsewhere' | 'host-unnamed';
    };

/** What could be observed about the owner that a record names. */
export interface LivenessEvidence {
  /** `untried` where the record does not claim a lock, or this process cannot try it. */
  readonly lock: 'free' | 'held' | 'untried';
  /** Boot and PID namespace of the observing process. */
  readonly bootId: string | null;
  readonly pidNamespace: string | null;
  /** The process that has the record's PID in the observer's namespace; `startTime` is null where unknown. */
  readonly process:
    | { readonly kind: 'none' }
    | { readonly kind: 'exists'; readonly startTime: string | null };
}

/**
 * Decides whether the owner of a record lives. The rules, in this order:
 *
 * 1. The record claims a lock and it could be tried: held is alive, free is dead.
 * 2. Same boot and same PID namespace, both named: no such process is dead; a process that started at another
 *    time is a reused PID, dead; any other is alive.
 * 3. Everything else is unknown.
 *
 * @param record - Undefined where the file is not an owner record: nothing can be said of its writer then.
 */
export function judgeLiveness(record: OwnerRecord | undefined, evidence: LivenessEvidence): Liveness {
  if (record === undefined) return { kind: 'unknown', reason: 'damaged-record' };
  if (record.locked && evidence.lock !== 'untried') {
    return evidence.lock === 'held'
      ? { kind: 'alive', reason: 'lock-held' }
      : { kind: 'dead', reason: 'lock-free' };
  }
  const { bootId, pidNamespace } = evidence;
  if (bootId === null || pidNamespace === null) return { kind: 'unknown', reason: 'host-unnamed' };
  if (record.bootId === null || record.pidNamespace === null)
    return { kind: 'unknown', reason: 'host-unnamed' };
  if (record.bootId !== bootId || record.pidNamespace !== pidNamespace) {
    return { kind: 'unknown', reason: 'elsewhere' };
  }
  if (evidence.process.kind === 'none') return { kind: 'dead', reason: 'process-gone' };
  const { startTime } = evidence.process;
  const reused =
    startTime !== null && record.processStartTime !== null && startTime !== record.processStartTime;
  return reused ? { kind: 'dead', reason: 'pid-reused' } : { kind: 'alive', reason: 'process-runs' };
}

const EXPLANATIONS: Readonly<Record<Liveness['reason'], string>> = {
  'lock-held': 'it holds the lock of its owner record',
  'process-runs': 'its process runs',
  'lock-free': 'the lock of its owner record is free',
  'process-gone': 'no process has its PID',
  'pid-reused': 'its PID belongs to a process that started at another time',
  'no-owner-record': 'it has no owner record, as shards of other libraries',
  'damaged-record': 'its owner record cannot be read',
  elsewhere: 'it is of another boot or PID namespace, and its lock cannot be tried',
  'host-unnamed': 'its boot and PID namespace are not known, and its lock cannot be tried',
};

/** Says a judgement's reason in words, as a clause about "it". */
export function explainLiveness({ reason }: Liveness): string {
  return EXPLANATIONS[reason];
}
