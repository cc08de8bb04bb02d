import { FOLD_POINTER_FILE, foldSpareName, type FoldPointer } from '@promshard/shard-format';

import { restorePointer } from './commit-generation.js';
import type { PruneDirectory } from './prune-directory.js';

/**
 * Makes the fold pointer forget the superseded shards that are gone: each scrape reads the pointer twice, and one that
 * names the thousand files of a large fold costs more than the scrape.
 *
 * Their removal is brought to the disk first. If one came back after a power failure, a pointer that does not name it
 * would count it a second time.
 *
 * @param atLeast - Below so many names it is not worth the writes.
 * @param confirm - Throws where the lock is lost.
 */
export async function forgetRemoved(
  directory: PruneDirectory,
  pointer: FoldPointer,
  atLeast: number,
  confirm: () => Promise<void>,
): Promise<FoldPointer> {
  if (pointer.superseded.length < atLeast) return pointer;
  const there = new Set(await directory.list());
  const superseded = pointer.superseded.filter((name) => there.has(name));
  if (pointer.superseded.length - superseded.length < atLeast) return pointer;
  await directory.sync();
  const shorter = { ...pointer, superseded };
  // In the order of a commit: one that dies in between leaves two copies that mean the same.
  await restorePointer(directory, shorter, foldSpareName(pointer.generation), confirm);
  await restorePointer(directory, shorter, FOLD_POINTER_FILE, confirm);
  return shorter;
}
