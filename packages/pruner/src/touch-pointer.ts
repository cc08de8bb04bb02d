import { FOLD_POINTER_FILE, temporaryFileName } from '@promshard/shard-format';

import type { PruneDirectory } from './prune-directory.js';
import { PrunerError } from './pruner-error.js';

/**
 * Changes the fold pointer's text and nothing that it says, so that every reader that is at work starts anew: the
 * directory is about to change in a way that must not be seen by halves.
 */
export async function touchPointer(directory: PruneDirectory, nonce: string): Promise<void> {
  const bytes = await directory.read(FOLD_POINTER_FILE);
  const pointer: unknown = bytes === undefined ? undefined : JSON.parse(Buffer.from(bytes).toString('utf8'));
  if (typeof pointer !== 'object' || pointer === null) {
    const message = `${FOLD_POINTER_FILE} in ${directory.path} vanished, or was replaced, during the run.`;
    throw new PrunerError('pointer-damaged', directory.path, message);
  }
  const temporary = temporaryFileName('folded-0', 'pointer');
  try {
    await directory.write(temporary, Buffer.from(`${JSON.stringify({ ...pointer, touched: nonce })}\n`));
    await directory.rename(temporary, FOLD_POINTER_FILE);
  } catch (error) {
    await directory.remove(temporary).catch(() => false);
    throw error;
  }
}
