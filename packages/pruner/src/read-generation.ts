import {
  FOLD_POINTER_FILE,
  foldSpareName,
  latestSpare,
  parseFoldPointer,
  readSpare,
  unexplainedFold,
  type FoldPointer,
} from '@promshard/shard-format';

import type { PruneDirectory } from './prune-directory.js';
import { PrunerError } from './pruner-error.js';

/** The state before the first fold. */
export const NO_GENERATION: FoldPointer = { formatVersion: 1, generation: 0, files: [], superseded: [] };

/** Which folded generation counts. */
export interface FoundGeneration {
  /** {@link NO_GENERATION} where there is none yet. */
  readonly pointer: FoldPointer;
  /** What is to be written again from it: the pointer, or its spare copy. */
  readonly mend: string | undefined;
  /** Files that the pointer lists and that are gone. */
  readonly missing: readonly string[];
}

/**
 * Reads which folded generation counts: from the pointer, or where that is damaged or gone, from its spare copy.
 *
 * @param names - The directory's names, listed under the lock.
 * @throws {@link PrunerError} `pointer-damaged` where both are: then nothing may be folded on top, and nothing deleted.
 */
export async function readGeneration(
  directory: PruneDirectory,
  names: readonly string[],
): Promise<FoundGeneration> {
  const text = await readText(directory, FOLD_POINTER_FILE);
  const pointer = text === undefined ? undefined : parseFoldPointer(text);
  if (pointer !== undefined) {
    const spare = foldSpareName(pointer.generation);
    const mend = (await readText(directory, spare)) === text ? undefined : spare;
    return { pointer, mend, missing: pointer.files.filter((name) => !names.includes(name)) };
  }
  const spare = latestSpare(names);
  const copy = spare === undefined ? undefined : await readText(directory, spare);
  const saved = spare === undefined || copy === undefined ? undefined : readSpare(spare, copy, names);
  if (saved !== undefined) return { pointer: saved, mend: FOLD_POINTER_FILE, missing: [] };
  const lost = unexplainedFold(names);
  if (text === undefined && lost === undefined) {
    return { pointer: NO_GENERATION, mend: undefined, missing: [] };
  }
  throw damaged(directory.path, text === undefined, spare ?? lost);
}

async function readText(directory: PruneDirectory, name: string): Promise<string | undefined> {
  const bytes = await directory.read(name);
  return bytes === undefined ? undefined : Buffer.from(bytes).toString('utf8');
}

function damaged(path: string, isGone: boolean, beside: string | undefined): PrunerError {
  const what = isGone
    ? `${FOLD_POINTER_FILE} is missing from ${path}`
    : `${FOLD_POINTER_FILE} in ${path} is not a fold pointer of format version 1`;
  const why = beside === undefined ? '' : `, and its spare copy is of no use beside ${beside}`;
  const message = `${what}${why}. Nothing was folded or deleted. Restore it, or stop every writer and empty the directory.`;
  return new PrunerError('pointer-damaged', path, message);
}
