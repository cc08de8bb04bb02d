import { FOLD_POINTER_FILE, foldSpareName, type FoldPointer } from '@promshard/shard-format';

import { restorePointer } from './commit-generation.js';
import type { PruneDirectory } from './prune-directory.js';

/**
 * Changes the fold pointer's text and nothing that it says, so that every reader that is at work starts anew: the
 * directory is about to change in a way that must not be seen by halves. Its spare copy goes first.
 *
 * @param nonce - Never used before.
 * @param confirm - Throws where the lock is lost.
 */
export async function touchPointer(
  directory: PruneDirectory,
  pointer: FoldPointer,
  nonce: string,
  confirm: () => Promise<void>,
): Promise<void> {
  const touched = { ...pointer, touched: nonce };
  await restorePointer(directory, touched, foldSpareName(pointer.generation), confirm);
  await restorePointer(directory, touched, FOLD_POINTER_FILE, confirm);
}
