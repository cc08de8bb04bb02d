import { randomBytes } from 'node:crypto';

import { parseFileName, prunerLockName, temporaryFileName } from '@promshard/shard-format';

import { examineRecord } from './examine-record.js';
import type { Host } from './host.js';
import { explainLiveness, type Liveness } from './judge-liveness.js';
import { listNames } from './list-names.js';
import { encodeLockRecord, isReleased, releaseOf } from './lock-record.js';
import type { PruneDirectory, RecordFile } from './prune-directory.js';
import { PrunerError } from './pruner-error.js';
import { VERSION } from './version.js';

/** The right to change the directory, held by at most one run at a time. */
export interface PrunerLock {
  readonly epoch: number;
  /** @throws {@link PrunerError} `lock-lost` where another run has taken over: nothing may be changed any more. */
  confirm(): Promise<void>;
  release(): Promise<void>;
}

/** Who holds the lock instead. */
export interface LockHolder {
  readonly epoch: number;
  /** Undefined where its record cannot be read. */
  readonly pid: number | undefined;
  /** `contended`: another run came first, a moment ago. */
  readonly liveness: Liveness | { readonly kind: 'contended' };
}

/** Whether the lock was had. */
export type LockOutcome =
  | { readonly kind: 'held'; readonly lock: PrunerLock }
  | { readonly kind: 'busy'; readonly holder: LockHolder };

/**
 * Tries to take the pruner's lock, without waiting. docs/decisions/0004-pruner-lock.md holds the argument why at
 * most one run can have it.
 *
 * @param now - Unix milliseconds.
 */
export async function acquirePrunerLock(
  directory: PruneDirectory,
  host: Host,
  now: () => number,
): Promise<LockOutcome> {
  const previous = highest(await lockEpochs(directory));
  if (previous > 0) {
    const holder = await findHolder(directory, host, previous);
    if (holder !== undefined) return { kind: 'busy', holder };
  }
  const epoch = previous + 1;
  const file = await claim(directory, host, now, epoch);
  if (file === undefined) return contended(epoch);
  const lock = heldLock(directory, file, epoch);
  try {
    // The previous epoch goes only after this one was made, so if it is gone, this one is an old one made again.
    const isStale = previous > 0 && (await directory.stat(prunerLockName(previous))) === undefined;
    const epochs = await lockEpochs(directory);
    if (isStale || highest(epochs) > epoch) {
      await directory.remove(prunerLockName(epoch));
      await file.close();
      return contended(epoch);
    }
    // Ascending: an epoch never goes before all lower ones are gone.
    for (const old of epochs.filter((other) => other < epoch)) await directory.remove(prunerLockName(old));
  } catch (error) {
    await lock.release();
    throw error;
  }
  return { kind: 'held', lock };
}

/** Says who holds the lock, and where nobody can ever have it, how to end that. */
export function explainHolder(dir: string, { epoch, pid, liveness }: LockHolder): string {
  const name = prunerLockName(epoch);
  if (liveness.kind === 'contended') return `Another pruner took ${name} in ${dir} a moment ago.`;
  const who = pid === undefined ? 'its holder' : `its holder, PID ${pid},`;
  const why = explainLiveness(liveness);
  if (liveness.kind !== 'unknown') return `Another pruner is at work in ${dir}: ${name} is held, ${why}.`;
  return (
    `The pruner's lock ${name} in ${dir} may be held: ${who} cannot be judged from here (${why}). ` +
    `No pruner here will ever get it. Make sure that no pruner runs on this directory, then delete ${name}.`
  );
}

/** Whether a name is that of a lock on its way to its own name. */
export function isLockTemporary(name: string): boolean {
  return /^\.pruner-[0-9]+-[0-9a-f]{16}\.lock\.tmp$/.test(name);
}

async function lockEpochs(directory: PruneDirectory): Promise<number[]> {
  const epochs: number[] = [];
  for (const name of await listNames(directory)) {
    const parsed = parseFileName(name);
    if (parsed.type === 'pruner-lock') epochs.push(parsed.epoch);
  }
  return epochs.toSorted((a, b) => a - b);
}

function highest(epochs: readonly number[]): number {
  return epochs.at(-1) ?? 0;
}

async function findHolder(
  directory: PruneDirectory,
  host: Host,
  epoch: number,
): Promise<LockHolder | undefined> {
  const examined = await examineRecord(directory, host, prunerLockName(epoch));
  if (examined === undefined) return { epoch, pid: undefined, liveness: { kind: 'contended' } };
  const { record, text, liveness } = examined;
  if (record !== undefined && isReleased(text)) return undefined;
  return liveness.kind === 'dead' ? undefined : { epoch, pid: record?.pid, liveness };
}

/** Makes an epoch's file, whole and locked from its first moment; undefined where it is there already. */
async function claim(
  directory: PruneDirectory,
  host: Host,
  now: () => number,
  epoch: number,
): Promise<RecordFile | undefined> {
  const temporary = temporaryFileName(`pruner-${epoch}-${randomBytes(8).toString('hex')}`, 'lock');
  let file: RecordFile | undefined;
  let isOurs = false;
  try {
    file = await directory.createRecord(temporary, (locked) =>
      encodeLockRecord({
        formatVersion: 1,
        pid: host.pid,
        threadId: host.threadId,
        processStartTime: host.startTimeOf(host.pid),
        bootId: host.bootId,
        pidNamespace: host.pidNamespace,
        createdAt: now() / 1000,
        writerVersion: VERSION,
        locked,
      }),
    );
    // The lock's holder clears such files away; then there is nothing to link, and the lock is not for us.
    isOurs = await directory.link(temporary, prunerLockName(epoch));
    return isOurs ? file : undefined;
  } finally {
    // Released before it is closed: a link that failed may have been made all the same.
    if (!isOurs && file !== undefined) await release(file);
    // What stays behind does no harm, and the next holder clears it away.
    await directory.remove(temporary).catch(() => false);
  }
}

function heldLock(directory: PruneDirectory, file: RecordFile, epoch: number): PrunerLock {
  return {
    epoch,
    confirm: async () => {
      if (highest(await lockEpochs(directory)) === epoch) return;
      const message = `${prunerLockName(epoch)} in ${directory.path} was taken over or deleted during the run.`;
      throw new PrunerError('lock-lost', directory.path, message);
    },
    release: () => release(file),
  };
}

/** Says in the record that it is released: in place, since an epoch that is gone must not come back. */
async function release(file: RecordFile): Promise<void> {
  const { offset, text } = releaseOf(file.text);
  try {
    await file.overwrite(offset, text);
  } finally {
    await file.close();
  }
}

function contended(epoch: number): LockOutcome {
  return { kind: 'busy', holder: { epoch, pid: undefined, liveness: { kind: 'contended' } } };
}
