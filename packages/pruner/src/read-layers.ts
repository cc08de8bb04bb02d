import type { FoldPointer, ShardKind } from '@promshard/shard-format';

import type { LockedFoldRun } from './fold-dead.js';
import type { FoldTable } from './fold-table.js';
import { listLayers } from './merge-layers.js';
import { readWhole } from './read-batch.js';

/** Reads all folded shards of a kind into a table; gives their names, or undefined where one cannot be read. */
export async function readLayers(
  { directory }: LockedFoldRun,
  pointer: FoldPointer,
  shard: ShardKind,
  table: FoldTable,
): Promise<string[] | undefined> {
  const names = (await listLayers(directory, pointer.files, shard)).map(({ name }) => name).toSorted();
  for (const name of names) {
    const file = await readWhole(directory, name);
    if (typeof file === 'string' || table.addFile(file) !== undefined) return undefined;
  }
  return names;
}
