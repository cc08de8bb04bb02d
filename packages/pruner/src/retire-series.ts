import { parseFileName, shardFileName, type FoldPointer, type ShardKind } from '@promshard/shard-format';

import { Delta, type KindDelta } from './delta.js';
import { commitDelta, type LockedFoldRun } from './fold-dead.js';
import { foldRule } from './fold-rule.js';
import { addCounters } from './operational-metrics.js';
import { readLayers } from './read-layers.js';
import { retireExemplars } from './retire-exemplars.js';
import { groupOf, visitGroups } from './series-group.js';
import { SeriesTable } from './series-table.js';
import type { ShardFile } from './take-inventory.js';

/** A look at every folded series costs a read of them all, so it is taken four times in the time that they have. */
const SWEEPS_IN_TIME = 4;

/** What became of old series. */
export interface Retirement {
  readonly pointer: FoldPointer;
  /** Folded series that are gone; a histogram's buckets count one by one. */
  readonly retired: number;
}

/**
 * Gives up folded series that no writer has touched for `retireAfterMs`: they are in no other shard, and the last dead
 * writer that had them was folded longer ago than that. All that a label set has in a family goes together, or none
 * of it, and its exemplars with it. A kind goes untouched while any of its shards cannot be read.
 *
 * @param others - Every shard that is not folded: of living writers, and of dead ones that cannot be read.
 */
export async function retireSeries(
  run: LockedFoldRun,
  start: FoldPointer,
  others: readonly ShardFile[],
  retireAfterMs: number,
): Promise<Retirement> {
  const at = run.now() / 1000;
  const sweptAt = start.notes?.sweptAt ?? 0;
  const { notes } = start;
  if (notes === undefined || (sweptAt <= at && at - sweptAt < retireAfterMs / 1000 / SWEEPS_IN_TIME)) {
    return { pointer: start, retired: 0 };
  }
  const cutoff = at - retireAfterMs / 1000;
  const swept = { ...notes, madeAt: at, sweptAt: at };
  let pointer = start;
  let retired = 0;
  for (const shard of foldedKinds(start)) {
    const rule = foldRule(shard);
    if (rule === 'drop' || rule === 'newest-exemplar') continue;
    const table = new SeriesTable(rule);
    const names = await readLayers(run, pointer, shard, table);
    if (names === undefined) continue;
    const count = await retireFrom(run, table, shard, others, cutoff);
    if (count === 0) continue;
    retired += count;
    await commit([{ shard, table }], names, count);
  }
  // After their series.
  const kept = await retireExemplars(run, pointer, others, cutoff);
  if (kept !== undefined) await commit([kept], kept.names, 0);
  if (pointer.notes?.sweptAt !== at) await commit([], [], 0);
  return { pointer, retired };

  /** Commits a generation in which tables take the place of the folded shards that they were read from. */
  async function commit(
    kinds: readonly KindDelta[],
    merged: readonly string[],
    count: number,
  ): Promise<void> {
    const delta = new Delta(kinds);
    addCounters(delta, { prunedFiles: 0, overflows: 0, retiredSeries: count }, at);
    const replacement = { superseded: run.removal.stuck, merged, notes: swept };
    ({ pointer } = await commitDelta(run, pointer, delta, replacement));
  }
}

async function retireFrom(
  { directory }: LockedFoldRun,
  table: SeriesTable,
  shard: ShardKind,
  others: readonly ShardFile[],
  cutoff: number,
): Promise<number> {
  const groups = new Map<string, { keys: string[]; isOld: boolean }>();
  for (const [key, timestamp] of table.touched()) {
    const name = groupOf(key);
    const group = groups.get(name) ?? { keys: [], isOld: true };
    groups.set(name, group);
    group.keys.push(key);
    if (timestamp >= cutoff) group.isOld = false;
  }
  for (const [name, { keys, isOld }] of groups) if (!isOld || keys.some(isOperational)) groups.delete(name);
  if (groups.size === 0) return 0;
  if (!(await visitGroups(directory, others, shard, (group) => groups.delete(group)))) return 0;
  const keys = [...groups.values()].flatMap((group) => group.keys);
  for (const key of keys) table.remove(key);
  return keys.length;
}

/** The pruner's own series are touched whenever it folds, but it need not. */
function isOperational(key: string): boolean {
  return key.startsWith('["multiproc_');
}

function foldedKinds({ files }: FoldPointer): ShardKind[] {
  const kinds = new Map<string, ShardKind>();
  for (const name of files) {
    const parsed = parseFileName(name);
    if (parsed.type === 'shard') kinds.set(shardFileName(parsed.shard, ''), parsed.shard);
  }
  return [...kinds.values()];
}
