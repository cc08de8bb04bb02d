import { parseOwnerRecord, type OwnerRecord } from '@promshard/shard-format';

import type { Host } from './host.js';
import { judgeLiveness, type Claim, type Liveness, type LivenessEvidence } from './judge-liveness.js';
import type { PruneDirectory, RecordFile } from './prune-directory.js';
import { systemCode } from './pruner-error.js';

/** What a record file says, and whether whoever wrote it lives. */
export interface ExaminedRecord {
  readonly record: OwnerRecord | undefined;
  readonly text: string;
  /** Outcome of trying the lock; it is tried unless the record says that there is none. */
  readonly lock: LivenessEvidence['lock'];
  readonly liveness: Liveness;
}

/**
 * Reads a record file and judges its owner; undefined where the file is gone. A file that cannot be read at all
 * is judged as a damaged record is, unless it is this process that may not.
 *
 * A lock that was got is given back at once: the dead stay dead, and no two runs judge at the same time, so there
 * is nothing to keep it for.
 */
export async function examineRecord(
  directory: PruneDirectory,
  host: Host,
  name: string,
): Promise<ExaminedRecord | undefined> {
  let file: RecordFile | undefined;
  try {
    file = await directory.openRecord(name);
  } catch (error) {
    const code = systemCode(error);
    const kind = code === 'EACCES' || code === 'EPERM' ? 'forbidden' : 'damaged';
    return { record: undefined, text: '', lock: 'untried', liveness: judgeLiveness({ kind }) };
  }
  if (file === undefined) return undefined;
  try {
    const record = parseOwnerRecord(file.text);
    const lock = record?.locked === false ? 'untried' : lockState(file.tryLock());
    const claim = await claimOf(directory, host, record, lock);
    return { record, text: file.text, lock, liveness: judgeLiveness(claim) };
  } finally {
    await file.close();
  }
}

/** Gathers what can be seen of a record's owner from this process. */
async function claimOf(
  directory: PruneDirectory,
  host: Host,
  record: OwnerRecord | undefined,
  lock: LivenessEvidence['lock'],
): Promise<Claim> {
  if (record === undefined) return { kind: 'damaged' };
  const { bootId, pidNamespace } = host;
  const process = host.exists(record.pid)
    ? ({ kind: 'exists', startTime: host.startTimeOf(record.pid) } as const)
    : ({ kind: 'none' } as const);
  const localDisk = await directory.isLocal();
  return { kind: 'record', record, evidence: { lock, bootId, pidNamespace, localDisk, process } };
}

/** Turns the outcome of trying a lock into evidence. */
function lockState(taken: boolean | undefined): LivenessEvidence['lock'] {
  if (taken === undefined) return 'untried';
  return taken ? 'free' : 'held';
}
