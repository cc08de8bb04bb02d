import { parseFileName, type FoldPointer } from '@promshard/shard-format';

import { takeInventory } from './take-inventory.js';

/**
 * Lists what an earlier run left behind when it ended before its time: files of a generation that was never
 * committed, of one that has been replaced, and shards whose values are in the generation already.
 *
 * @param names - The directory's names, listed under the lock.
 */
export function planRecovery(names: readonly string[], pointer: FoldPointer): string[] {
  const { folded, prunerTemporaries } = takeInventory(names);
  const superseded = new Set(pointer.superseded.filter(isShard));
  return [
    ...prunerTemporaries,
    ...folded.filter((name) => !pointer.files.includes(name)),
    ...names.filter((name) => superseded.has(name) && !folded.includes(name)),
  ];
}

/** Whatever a pointer may say: only shards are ever superseded. */
function isShard(name: string): boolean {
  return parseFileName(name).type === 'shard';
}
