import { foldSpareName, type FoldNotes, type FoldPointer } from '@promshard/shard-format';

import { commitGeneration } from './commit-generation.js';
import { Delta } from './delta.js';
import { mergeLayers } from './merge-layers.js';
import { addCounters, addGauge, noteOrphans } from './operational-metrics.js';
import { LAYER_RULE, type LayerRule } from './plan-layers.js';
import type { DeadWriter } from './plan-prune.js';
import type { PruneDirectory } from './prune-directory.js';
import type { LeftFile } from './prune-report.js';
import { BATCH_LIMIT, readBatch, type Batch, type BatchLimit } from './read-batch.js';
import { NO_GENERATION } from './read-generation.js';
import type { Removal } from './remove-files.js';

/** How folding is bounded. */
export interface FoldLimits {
  readonly batch: BatchLimit;
  readonly layers: LayerRule;
  /** When so many of the names that the pointer supersedes are gone, a run ends by forgetting them. */
  readonly forgetAtLeast: number;
}

/** The limits that a run has by itself. A reader gets through 32 names in some microseconds. */
export const FOLD_LIMITS: FoldLimits = { batch: BATCH_LIMIT, layers: LAYER_RULE, forgetAtLeast: 32 };

/** What folding works with. */
export interface FoldRun {
  readonly directory: PruneDirectory;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly limits: FoldLimits;
  /** Throws where the lock was lost; undefined for a dry run, which changes nothing. */
  readonly confirm: (() => Promise<void>) | undefined;
  readonly removal: Removal;
}

/** One that holds the lock. */
export type LockedFoldRun = FoldRun & { readonly confirm: () => Promise<void> };

/** What was folded. */
export interface FoldOutcome {
  readonly pointer: FoldPointer;
  readonly folded: readonly string[];
  /** Shards that cannot be read: dead writers', and layers that it was time to merge. */
  readonly left: readonly LeftFile[];
}

/**
 * Commits what dead writers counted and removes their files, a batch of them at a time: a run that is killed, or runs
 * out of disk, has done some, and needs room for no more than a batch's series.
 *
 * @param overflows - Whether the directory is above its limits, which is counted once.
 */
export async function foldDead(
  run: FoldRun,
  start: FoldPointer,
  dead: readonly DeadWriter[],
  overflows: boolean,
): Promise<FoldOutcome> {
  const { directory, now, limits, confirm, removal } = run;
  const orphanFiles = dead.reduce((sum, { fold, drop }) => sum + fold.length + drop.length, 0);
  let pointer = start;
  let mustSay = overflows || start.notes?.orphanFiles !== orphanFiles;
  const folded: string[] = [];
  const left: LeftFile[] = [];
  for (let done = 0; done < dead.length || mustSay;) {
    const batch = await readBatch(directory, dead.slice(done), limits.batch, now() / 1000);
    done += batch.writers.length;
    folded.push(...batch.folded);
    left.push(...leftOf(batch.unreadable));
    const dropped = batch.writers.flatMap(({ drop }) => drop);
    const prunedFiles = batch.folded.length + dropped.length;
    if (confirm !== undefined && (prunedFiles > 0 || mustSay)) {
      const at = now() / 1000;
      addCounters(
        batch.delta,
        { prunedFiles, overflows: overflows && mustSay ? 1 : 0, retiredSeries: 0 },
        at,
      );
      const notes = noteOrphans(pointer.notes, orphanFiles, at);
      if (notes.orphanFiles !== pointer.notes?.orphanFiles) addGauge(batch.delta, notes);
      const superseded = [...batch.folded, ...dropped, ...removal.stuck];
      const committed = await commitDelta({ ...run, confirm }, pointer, batch.delta, { superseded, notes });
      pointer = committed.pointer;
      left.push(...committed.left);
    }
    mustSay = false;
    for (const writer of batch.writers) await removeWriter(run, writer, batch);
  }
  return { pointer, folded, left };
}

/** Makes the first generation, of zeros alone: so one without a pointer can always be cleared away. */
export async function beginGenerations(run: LockedFoldRun): Promise<FoldPointer> {
  const delta = new Delta();
  const at = run.now() / 1000;
  addCounters(delta, { prunedFiles: 0, overflows: 0, retiredSeries: 0 }, at);
  const notes = noteOrphans(undefined, 0, at);
  addGauge(delta, notes);
  return (await commitDelta(run, NO_GENERATION, delta, { superseded: [], notes })).pointer;
}

/** What a generation replaces, and leaves to the next run. */
export interface Replacement {
  /** Shards whose values are in the delta, or end here. */
  readonly superseded: readonly string[];
  /** Layers whose values are in the delta already. */
  readonly merged?: readonly string[];
  readonly notes: FoldNotes;
}

/** Merges a delta with the layers that it is time for, commits it, and removes what no longer counts. */
export async function commitDelta(
  run: LockedFoldRun,
  previous: FoldPointer,
  delta: Delta,
  { superseded, merged = [], notes }: Replacement,
): Promise<{ readonly pointer: FoldPointer; readonly left: readonly LeftFile[] }> {
  const { directory, limits, confirm, removal } = run;
  const gone = [...merged];
  const left: LeftFile[] = [];
  for (const kind of delta.kinds) {
    const files = previous.files.filter((name) => !gone.includes(name));
    const layers = await mergeLayers(directory, files, kind, limits.layers);
    gone.push(...layers.merged);
    left.push(...leftOf(layers.damaged));
  }
  const layers = delta.kinds.map(({ shard, table }) => ({ shard, encode: () => table.encode() }));
  const next = { previous, layers, merged: gone, superseded, notes };
  const pointer = await commitGeneration(directory, next, confirm);
  // Before anything that it does not know to be superseded goes.
  if (previous.generation > 0) await removal.remove([foldSpareName(previous.generation)]);
  await removal.remove(gone);
  return { pointer, left };
}

/** The owner record goes last: while it is there, the next run finds what this one could not remove. */
async function removeWriter(
  { directory, removal, confirm }: FoldRun,
  { owner, fold, drop, temporaries }: DeadWriter,
  { unreadable }: Batch,
): Promise<void> {
  const kept = fold.filter(({ name }) => unreadable.has(name));
  const gone = fold.filter(({ name }) => !unreadable.has(name)).map(({ name }) => name);
  const removed = await removal.remove([...gone, ...drop, ...temporaries]);
  if (kept.length > 0 || !removed || owner === undefined) return;
  // No pointer remembers these: they must not come back after a power failure when nobody knows whose they are.
  if (temporaries.length > 0 && confirm !== undefined) await directory.sync();
  await removal.remove([owner]);
}

function leftOf(reasons: ReadonlyMap<string, string>): LeftFile[] {
  return Array.from(reasons, ([file, reason]) => ({ file, reason }));
}
