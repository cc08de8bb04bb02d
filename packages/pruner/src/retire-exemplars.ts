import type { FoldPointer, ShardKind } from '@promshard/shard-format';

import { ExemplarTable } from './exemplar-table.js';
import type { LockedFoldRun } from './fold-dead.js';
import { readLayers } from './read-layers.js';
import { groupOf, visitGroups } from './series-group.js';
import { SeriesTable } from './series-table.js';
import type { ShardFile } from './take-inventory.js';

const EXEMPLARS: ShardKind = { kind: 'exemplars' };

/** The kinds whose series have exemplars. */
const WITH_EXEMPLARS: readonly ShardKind[] = [{ kind: 'counter' }, { kind: 'histogram' }];

/** Folded exemplars without those that were given up. */
export interface KeptExemplars {
  readonly shard: ShardKind;
  readonly table: ExemplarTable;
  /** The folded shards that the table has been read from. */
  readonly names: readonly string[];
}

/**
 * Gives up folded exemplars that are older than `cutoff` and whose series are gone: in no folded shard any more, and in none of
 * `others`. All stay where one of those cannot be read.
 *
 * @param cutoff - Unix seconds.
 * @returns Undefined where none is given up.
 */
export async function retireExemplars(
  run: LockedFoldRun,
  pointer: FoldPointer,
  others: readonly ShardFile[],
  cutoff: number,
): Promise<KeptExemplars | undefined> {
  const table = new ExemplarTable();
  const names = await readLayers(run, pointer, EXEMPLARS, table);
  if (names === undefined) return undefined;
  const groups = new Map<string, string[]>();
  for (const [key, timestamp] of table.taken()) {
    if (timestamp >= cutoff) continue;
    const group = groupOf(key);
    groups.set(group, [...(groups.get(group) ?? []), key]);
  }
  for (const kind of WITH_EXEMPLARS) {
    if (groups.size === 0) return undefined;
    const series = new SeriesTable('sum');
    if ((await readLayers(run, pointer, kind, series)) === undefined) return undefined;
    for (const [key] of series.touched()) groups.delete(groupOf(key));
    if (!(await visitGroups(run.directory, others, kind, (group) => groups.delete(group)))) return undefined;
  }
  const keys = [...groups.values()].flat();
  for (const key of keys) table.remove(key);
  return keys.length === 0 ? undefined : { shard: EXEMPLARS, table, names };
}
