import { randomBytes } from 'node:crypto';

import type { FoldPointer } from '@promshard/shard-format';

import { restorePointer } from './commit-generation.js';
import { examineRecord } from './examine-record.js';
import { forgetRemoved } from './forget-removed.js';
import { beginGenerations, foldDead, type FoldLimits, type FoldRun } from './fold-dead.js';
import type { Host } from './host.js';
import { judgeOwners } from './judge-owners.js';
import { listNames } from './list-names.js';
import { measureDirectory, type DirectoryLimits } from './measure-directory.js';
import { planPrune, type DeadWriter } from './plan-prune.js';
import { planRecovery } from './plan-recovery.js';
import type { PruneDirectory } from './prune-directory.js';
import type { LeftFile, PruneDone } from './prune-report.js';
import { readGeneration } from './read-generation.js';
import { startRemoval } from './remove-files.js';
import { retireSeries } from './retire-series.js';
import { setForeignAside, undoSetAside, type ForeignWriters } from './set-foreign-aside.js';
import { ownedIds, takeInventory } from './take-inventory.js';
import { touchPointer } from './touch-pointer.js';

/** What a run works with. */
export interface PruneRun {
  readonly directory: PruneDirectory;
  readonly host: Host;
  readonly now: () => number;
  readonly limits: DirectoryLimits;
  /** What becomes of the shards of writers that keep no owner record. */
  readonly foreignWriters: 'keep' | 'fold';
  readonly foldLimits: FoldLimits;
  /** How long folded series that no writer has stay, in milliseconds; undefined for ever. */
  readonly retireAfterMs: number | undefined;
  /** Throws where the lock was lost; undefined for a dry run, which holds none and changes nothing. */
  readonly confirm: (() => Promise<void>) | undefined;
}

/**
 * Does a run, under the pruner's lock unless it is a dry one: mends what is damaged or was left half done, judges
 * every writer, commits the values of the dead, removes their files.
 */
export async function runPrune(run: PruneRun): Promise<PruneDone> {
  const { directory, host, limits, confirm, retireAfterMs } = run;
  const dryRun = confirm === undefined;
  const removal = startRemoval(directory, dryRun);
  const fold = { directory, now: run.now, limits: run.foldLimits, confirm, removal };
  const first = await listNames(directory);
  const { pointer: found, mend, missing } = await readGeneration(directory, first);
  if (mend !== undefined && confirm !== undefined) await restorePointer(directory, found, mend, confirm);
  const leftovers = planRecovery(first, found);
  // This run goes by the pointer, which may not be safe from a power failure yet: the run that put it there may have
  // died over that. It left the old spare copy then, if not more; only the first generation replaces nothing.
  if ((leftovers.length > 0 || found.generation === 1) && !dryRun) await directory.sync();
  await removal.remove(leftovers);
  const pointer = found.generation === 0 && isLocked(fold) ? await beginGenerations(fold) : found;

  const judgements = await judgeOwners(directory, host, ownedIds(first));
  const foreign = await judgeOthers(run, pointer, first);
  for (const [id, liveness] of foreign.judgements) judgements.set(id, liveness);
  // Only now, when the dead have been told: whatever they made before they died is there.
  const names = (await listNames(directory)).filter((name) => !removal.names.has(name));
  const inventory = takeInventory(names);
  const { writers, dead } = planPrune(inventory, judgements);
  const doomed = new Set(dead.flatMap(filesOf));
  const overflow = await measureDirectory(
    directory,
    names.filter((name) => !doomed.has(name)),
    limits,
  );

  const outcome = await foldDead(fold, pointer, dead, overflow !== undefined);
  const others = inventory.writers
    .flatMap(({ shards }) => shards)
    .filter(({ name }) => !removal.names.has(name));
  const { pointer: last, retired } =
    retireAfterMs !== undefined && isLocked(fold)
      ? await retireSeries(fold, outcome.pointer, others, retireAfterMs)
      : { pointer: outcome.pointer, retired: 0 };
  for (const name of inventory.ownerTemporaries) {
    if (await isAbandoned(run, name)) await removal.remove([name]);
  }
  for (const name of inventory.probes) if (await isOld(run, name)) await removal.remove([name]);
  if (confirm !== undefined) await forgetRemoved(directory, last, run.foldLimits.forgetAtLeast, confirm);
  const gone = missing.map((file): LeftFile => ({ file, reason: MISSING }));
  return {
    kind: 'done',
    dir: directory.path,
    dryRun,
    generation: last.generation,
    writers,
    mended: mend === undefined ? [] : [mend],
    folded: outcome.folded,
    dropped: dead.flatMap(({ drop }) => drop),
    retired,
    deleted: removal.removed,
    left: [...gone, ...outcome.left, ...foreign.left, ...removal.left],
    overflow,
  };
}

const MISSING = 'it is missing, though the fold pointer lists it; put back, it counts again';

function isLocked(fold: FoldRun): fold is FoldRun & { confirm: () => Promise<void> } {
  return fold.confirm !== undefined;
}

async function judgeOthers(
  { directory, foreignWriters, confirm }: PruneRun,
  pointer: FoldPointer,
  names: readonly string[],
): Promise<ForeignWriters> {
  const nonce = randomBytes(8).toString('hex');
  const authority = confirm && { nonce, announce: () => touchPointer(directory, pointer, nonce, confirm) };
  const there = authority === undefined ? names : await undoSetAside(directory, names);
  if (foreignWriters === 'keep') return { judgements: new Map(), left: [] };
  return setForeignAside(directory, there, authority);
}

function filesOf({ owner, fold, drop, temporaries }: DeadWriter): string[] {
  return [...(owner === undefined ? [] : [owner]), ...fold.map(({ name }) => name), ...drop, ...temporaries];
}

/** A writer makes its owner record in milliseconds; one that took a minute has died over it, if its lock says so. */
const ABANDONED_AFTER_MS = 60_000;

async function isAbandoned(run: PruneRun, name: string): Promise<boolean> {
  if (!(await isOld(run, name))) return false;
  const { directory, host } = run;
  const examined = await examineRecord(directory, host, name);
  if (examined === undefined) return false;
  const diedBeforeWriting = examined.record === undefined && examined.lock === 'free';
  return examined.liveness.kind === 'dead' || diedBeforeWriting;
}

/**
 * Of a probe there is nothing else to know. Its writer takes the name away itself, a moment after it made it, whether or not
 * it is there still; the file goes on being open. So one that was only stopped meanwhile loses nothing.
 */
async function isOld({ directory, now }: PruneRun, name: string): Promise<boolean> {
  const facts = await directory.stat(name);
  return facts !== undefined && now() - facts.modifiedMs >= ABANDONED_AFTER_MS;
}
