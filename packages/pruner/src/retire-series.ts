import {
  decodeKeyText,
  parseFileName,
  parseKey,
  scanShard,
  shardFileName,
  type FoldPointer,
  type ShardKind,
} from '@promshard/shard-format';

import { Delta } from './delta.js';
import { commitDelta, type LockedFoldRun } from './fold-dead.js';
import { foldRule } from './fold-rule.js';
import { listLayers } from './merge-layers.js';
import { addCounters } from './operational-metrics.js';
import { readWhole } from './read-batch.js';
import { SeriesTable, type CombiningRule } from './series-table.js';
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
 * of it. A kind goes untouched while any of its shards cannot be read.
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
    // There are no more exemplars than series ever had one, and readers pass over those of a series that is gone.
    if (rule === 'drop' || rule === 'newest-exemplar') continue;
    const layers = await readAll(run, pointer, shard, rule);
    if (layers === undefined) continue;
    const count = await retireFrom(run, layers.table, shard, others, cutoff);
    if (count === 0) continue;
    retired += count;
    const delta = new Delta([{ shard, table: layers.table }]);
    addCounters(delta, { prunedFiles: 0, overflows: 0, retiredSeries: count }, at);
    const replacement = { superseded: run.removal.stuck, merged: layers.names, notes: swept };
    pointer = (await commitDelta(run, pointer, delta, replacement)).pointer;
  }
  if (pointer.notes?.sweptAt !== at) {
    const delta = new Delta();
    addCounters(delta, { prunedFiles: 0, overflows: 0, retiredSeries: 0 }, at);
    const replacement = { superseded: run.removal.stuck, notes: swept };
    pointer = (await commitDelta(run, pointer, delta, replacement)).pointer;
  }
  return { pointer, retired };
}

/** All layers of a kind; undefined where one cannot be read. */
async function readAll(
  { directory }: LockedFoldRun,
  pointer: FoldPointer,
  shard: ShardKind,
  rule: CombiningRule,
): Promise<{ table: SeriesTable; names: string[] } | undefined> {
  const table = new SeriesTable(rule);
  const names = (await listLayers(directory, pointer.files, shard)).map(({ name }) => name).toSorted();
  for (const name of names) {
    const file = await readWhole(directory, name);
    if (typeof file === 'string' || table.addFile(file) !== undefined) return undefined;
  }
  return { table, names };
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
  for (const other of others) {
    if (shardFileName(other.shard, '') !== shardFileName(shard, '')) continue;
    const file = await readWhole(directory, other.name);
    if (file === 'it vanished') continue;
    if (typeof file === 'string') return 0;
    const scan = scanShard(file);
    if (scan.problem !== undefined) return 0;
    const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
    for (const [i, offset] of scan.keyOffsets.entries()) {
      groups.delete(groupOf(bytes.toString('latin1', offset, offset + (scan.keyLengths[i] ?? 0))));
    }
  }
  const keys = [...groups.values()].flatMap((group) => group.keys);
  for (const key of keys) table.remove(key);
  return keys.length;
}

/** What stands or falls together: a family's series of one label set, whatever their bounds and their help text. */
function groupOf(key: string): string {
  const bytes = Buffer.from(key, 'latin1');
  const parsed = parseKey(decodeKeyText(bytes, 0, bytes.byteLength) ?? '');
  if (parsed === undefined) return key;
  const { le: _, ...labels } = parsed.labels;
  return JSON.stringify([parsed.family, ...Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1))]);
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
