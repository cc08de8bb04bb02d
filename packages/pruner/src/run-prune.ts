import { randomBytes } from 'node:crypto';

import { ownerFileName, type FoldPointer } from '@promshard/shard-format';

import { commitGeneration } from './commit-generation.js';
import { examineRecord } from './examine-record.js';
import { foldDirectory, foldedName, type DirectoryFold } from './fold-directory.js';
import type { Host } from './host.js';
import type { Liveness } from './judge-liveness.js';
import { measureDirectory, type DirectoryLimits } from './measure-directory.js';
import { COUNTERS, counterInput, findOrphanGauge, GAUGES, gaugeInput } from './operational-metrics.js';
import { planPrune, type DeadWriter } from './plan-prune.js';
import { planRecovery } from './plan-recovery.js';
import type { PruneDirectory } from './prune-directory.js';
import type { LeftFile, PruneDone } from './prune-report.js';
import { NO_GENERATION, readFolded, readPointer } from './read-generation.js';
import { startRemoval, type Removal } from './remove-files.js';
import { setForeignAside, undoSetAside, type ForeignWriters } from './set-foreign-aside.js';
import { ownedIds, takeInventory } from './take-inventory.js';

/** What a run works with. */
export interface PruneRun {
  readonly directory: PruneDirectory;
  readonly host: Host;
  readonly now: () => number;
  readonly limits: DirectoryLimits;
  /** What becomes of the shards of writers that keep no owner record. */
  readonly foreignWriters: 'keep' | 'fold';
  /** Throws where the lock was lost; undefined for a dry run, which holds none and changes nothing. */
  readonly confirm: (() => Promise<void>) | undefined;
}

/**
 * Does a run, under the pruner's lock unless it is a dry one: mends what an earlier run left half done, judges every
 * writer, commits the values of the dead, removes their files.
 */
export async function runPrune(run: PruneRun): Promise<PruneDone> {
  const { directory, host, limits, confirm } = run;
  const dryRun = confirm === undefined;
  const removal = startRemoval(directory, dryRun);
  const first = await directory.list();
  const found = await readPointer(directory, first);
  await removal.remove(planRecovery(first, found));
  const pointer = found.generation === 0 && !dryRun ? await beginGenerations(run) : found;

  const judgements = await judgeOwners(directory, host, ownedIds(first));
  const foreign = await judgeOthers(run, first);
  for (const [id, liveness] of foreign.judgements) judgements.set(id, liveness);
  // Only now, when the dead have been told: whatever they made before they died is there.
  const names = (await directory.list()).filter((name) => !removal.names.has(name));
  const inventory = takeInventory(names);
  const { writers, dead } = planPrune(inventory, judgements);
  const doomed = new Set(dead.flatMap(filesOf));
  const overflow = await measureDirectory(
    directory,
    names.filter((name) => !doomed.has(name)),
    limits,
  );

  const committed = await commitDead(run, pointer, dead, removal, overflow !== undefined);
  for (const writer of dead) await removeWriter(removal, writer, committed.unreadable);
  await removal.remove(committed.replaced);
  for (const name of inventory.ownerTemporaries) {
    if (await isAbandoned(run, name)) await removal.remove([name]);
  }
  const unreadable = [...committed.unreadable].map(([file, reason]): LeftFile => ({ file, reason }));
  return {
    kind: 'done',
    dir: directory.path,
    dryRun,
    generation: committed.generation,
    writers,
    folded: committed.folded,
    dropped: dead.flatMap(({ drop }) => drop),
    deleted: removal.removed,
    left: [...unreadable, ...foreign.left, ...removal.left],
    overflow,
  };
}

interface Committed {
  readonly generation: number;
  readonly folded: readonly string[];
  readonly unreadable: ReadonlyMap<string, string>;
  /** Files of the generation before. */
  readonly replaced: readonly string[];
}

async function commitDead(
  { directory, now, confirm }: PruneRun,
  pointer: FoldPointer,
  dead: readonly DeadWriter[],
  removal: Removal,
  overflows: boolean,
): Promise<Committed> {
  const { generation } = pointer;
  const candidates = dead.flatMap(({ fold }) => fold);
  const dropped = dead.flatMap(({ drop }) => drop);
  const orphanFiles = candidates.length + dropped.length;
  const gauge = findOrphanGauge(await readFolded(directory, pointer, foldedName(GAUGES, pointer)));
  const gaugeChanges = gauge?.value !== orphanFiles;
  if (orphanFiles === 0 && !gaugeChanges && !overflows) {
    return { generation, folded: [], unreadable: new Map(), replaced: [] };
  }
  const additions = gaugeChanges ? [COUNTERS, GAUGES] : [COUNTERS];
  const fold: DirectoryFold = await foldDirectory(directory, pointer, candidates, additions);
  const { folded, unreadable, carried } = fold;
  const prunedFiles = folded.length + dropped.length;
  if (confirm === undefined || (prunedFiles === 0 && !gaugeChanges && !overflows)) {
    return { generation, folded, unreadable, replaced: [] };
  }
  const counters = counterInput({ prunedFiles, overflows: overflows ? 1 : 0 });
  // A clock that was set back must not make the old value win.
  const timestamp = Math.max(now() / 1000, (gauge?.timestamp ?? 0) + 0.001);
  const gauges = gaugeChanges ? [gaugeInput({ orphanFiles, timestamp })] : [];
  const next = {
    generation: generation + 1,
    outputs: fold.finish([counters, ...gauges]),
    carried,
    superseded: [...folded, ...dropped, ...pointer.files, ...removal.stuck],
  };
  await commitGeneration(directory, next, confirm);
  return { generation: next.generation, folded, unreadable, replaced: pointer.files };
}

/** Makes the first generation, of zeros alone: so one without a pointer can always be cleared away. */
async function beginGenerations({ directory, now, confirm }: PruneRun): Promise<FoldPointer> {
  const fold = await foldDirectory(directory, NO_GENERATION, [], []);
  const outputs = fold.finish([
    counterInput({ prunedFiles: 0, overflows: 0 }),
    gaugeInput({ orphanFiles: 0, timestamp: now() / 1000 }),
  ]);
  const first = { generation: 1, outputs, carried: [], superseded: [] };
  return commitGeneration(directory, first, confirm ?? (() => Promise.resolve()));
}

async function judgeOwners(
  directory: PruneDirectory,
  host: Host,
  ids: readonly string[],
): Promise<Map<string, Liveness>> {
  const judgements = new Map<string, Liveness>();
  for (const id of ids) {
    const examined = await examineRecord(directory, host, ownerFileName(id));
    if (examined !== undefined) judgements.set(id, examined.liveness);
  }
  return judgements;
}

async function judgeOthers(
  { directory, foreignWriters, confirm }: PruneRun,
  names: readonly string[],
): Promise<ForeignWriters> {
  const authority = confirm && { confirm, nonce: randomBytes(8).toString('hex') };
  const there = authority === undefined ? names : await undoSetAside(directory, names);
  if (foreignWriters === 'keep') return { judgements: new Map(), left: [] };
  return setForeignAside(directory, there, authority);
}

/** The owner record goes last: while it is there, the next run finds what this one could not remove. */
async function removeWriter(
  removal: Removal,
  { owner, fold, drop, temporaries }: DeadWriter,
  unreadable: ReadonlyMap<string, string>,
): Promise<void> {
  const kept = fold.filter(({ name }) => unreadable.has(name));
  const gone = fold.filter(({ name }) => !unreadable.has(name)).map(({ name }) => name);
  const removed = await removal.remove([...gone, ...drop, ...temporaries]);
  if (kept.length === 0 && removed && owner !== undefined) await removal.remove([owner]);
}

function filesOf({ owner, fold, drop, temporaries }: DeadWriter): string[] {
  return [...(owner === undefined ? [] : [owner]), ...fold.map(({ name }) => name), ...drop, ...temporaries];
}

/** A writer makes its owner record in milliseconds; one that took a minute has died over it, if its lock says so. */
const ABANDONED_AFTER_MS = 60_000;

async function isAbandoned({ directory, host, now }: PruneRun, name: string): Promise<boolean> {
  const facts = await directory.stat(name);
  if (facts === undefined || now() - facts.modifiedMs < ABANDONED_AFTER_MS) return false;
  const examined = await examineRecord(directory, host, name);
  if (examined === undefined) return false;
  const diedBeforeWriting = examined.record === undefined && examined.lock === 'free';
  return examined.liveness.kind === 'dead' || diedBeforeWriting;
}
