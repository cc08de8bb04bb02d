import { foldSpareName, parseFileName, type FoldPointer } from '@promshard/shard-format';

import { takeInventory } from './take-inventory.js';

/**
 * Lists what an earlier run left behind when it ended before its time: files of a generation that was never
 * committed, of one that has been replaced, and shards whose values are in the generation already.
 *
 * Spare pointers come first: while one is there, so must be what it does not supersede.
 *
 * @param names - The directory's names, listed under the lock.
 */
export function planRecovery(names: readonly string[], pointer: FoldPointer): string[] {
  const { folded, prunerTemporaries } = takeInventory(names);
  const listed = new Set(pointer.files);
  const superseded = new Set(pointer.superseded.filter((name) => isShard(name) && !listed.has(name)));
  return [
    ...otherSpares(names, pointer),
    ...prunerTemporaries,
    ...folded.filter((name) => !listed.has(name)),
    ...names.filter((name) => superseded.has(name) && !folded.includes(name)),
  ];
}

/** Spare copies of every pointer but this one. */
export function otherSpares(names: readonly string[], pointer: FoldPointer): string[] {
  const own = foldSpareName(pointer.generation);
  return names.filter((name) => parseFileName(name).type === 'fold-spare' && name !== own);
}

/** Whatever a pointer may say: only shards are ever superseded. */
function isShard(name: string): boolean {
  return parseFileName(name).type === 'shard';
}
