import {
  decodeShard,
  FOLD_POINTER_FILE,
  parseFileName,
  parseFoldPointer,
  type FoldPointer,
  type ShardEntry,
} from '@promshard/shard-format';

import type { PruneDirectory } from './prune-directory.js';
import { PrunerError } from './pruner-error.js';

/** The state before the first fold. */
export const NO_GENERATION: FoldPointer = { formatVersion: 1, generation: 0, files: [], superseded: [] };

/**
 * Reads which folded generation counts; {@link NO_GENERATION} where there is none yet.
 *
 * @param names - The directory's names, listed under the lock.
 * @throws {@link PrunerError} `pointer-damaged` or `generation-damaged`: then nothing may be folded on top, and
 *   nothing deleted.
 */
export async function readPointer(directory: PruneDirectory, names: readonly string[]): Promise<FoldPointer> {
  const { path } = directory;
  const bytes = await directory.read(FOLD_POINTER_FILE);
  if (bytes === undefined) {
    // The first generation holds nothing but zeros, and only a committed one has a successor.
    const lost = names.find((name) => (generationOf(name) ?? 0) > 1);
    if (lost === undefined) return NO_GENERATION;
    const message = `${FOLD_POINTER_FILE} is missing from ${path}, though ${lost} is there.`;
    throw new PrunerError('pointer-damaged', path, `${message} ${RESTORE}`);
  }
  const pointer = parseFoldPointer(Buffer.from(bytes).toString('utf8'));
  if (pointer === undefined) {
    const message = `${FOLD_POINTER_FILE} in ${path} is not a fold pointer of format version 1.`;
    throw new PrunerError('pointer-damaged', path, `${message} ${RESTORE}`);
  }
  const missing = pointer.files.find((name) => !names.includes(name));
  if (missing !== undefined) {
    const message = `${missing} is missing from ${path}, though ${FOLD_POINTER_FILE} lists it.`;
    throw new PrunerError('generation-damaged', path, `${message} ${RESTORE}`);
  }
  return pointer;
}

/**
 * Decodes a shard of the folded generation; no entries where `pointer` lists no such file.
 *
 * @throws {@link PrunerError} `generation-damaged` where any of it cannot be read.
 */
export async function readFolded(
  directory: PruneDirectory,
  pointer: FoldPointer,
  name: string,
): Promise<readonly ShardEntry[]> {
  if (!pointer.files.includes(name)) return [];
  const bytes = await directory.read(name);
  const { entries, problems } = decodeShard(bytes ?? new Uint8Array());
  const [problem] = problems;
  if (problem === undefined) return entries;
  const message = `${name} in ${directory.path} is damaged at byte ${problem.offset}: ${problem.message} ${RESTORE}`;
  throw new PrunerError('generation-damaged', directory.path, message);
}

/** The generation of a folded shard's name; undefined for any other name. */
export function generationOf(name: string): number | undefined {
  const parsed = parseFileName(name);
  return parsed.type === 'shard' ? parsed.fold : undefined;
}

const RESTORE = 'Nothing was folded or deleted. Restore it, or stop every writer and empty the directory.';
