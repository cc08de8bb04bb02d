import {
  encodeFoldPointer,
  FOLD_POINTER_FILE,
  foldedId,
  encodeShard,
  shardFileName,
  temporaryFileName,
  type FoldPointer,
  type ShardKind,
} from '@promshard/shard-format';

import type { FoldOutput } from './fold-shards.js';
import type { PruneDirectory } from './prune-directory.js';
import { PrunerError } from './pruner-error.js';

/** A generation about to be made. */
export interface NextGeneration {
  readonly generation: number;
  /** Kinds that have new values. */
  readonly outputs: readonly FoldOutput[];
  /** Kinds that stay as they are in the previous generation. */
  readonly carried: readonly ShardKind[];
  readonly superseded: readonly string[];
}

/**
 * Makes a generation the one that counts. Up to the rename of the pointer the old state holds, from then on the
 * new; on failure before it, what was made is removed again.
 *
 * @param confirm - Throws where the lock is lost; called just before the pointer is replaced.
 */
export async function commitGeneration(
  directory: PruneDirectory,
  { generation, outputs, carried, superseded }: NextGeneration,
  confirm: () => Promise<void>,
): Promise<FoldPointer> {
  const id = foldedId(generation);
  const made: string[] = [];
  const place = async (purpose: string, bytes: Uint8Array, name: string): Promise<void> => {
    const temporary = temporaryFileName(id, purpose);
    made.push(temporary);
    await directory.write(temporary, bytes);
    made.push(name);
    await directory.rename(temporary, name);
  };
  try {
    for (const { shard, entries } of outputs) {
      await place(purposeOf(shard), encodeShard(entries), shardFileName(shard, id));
    }
    for (const shard of carried) {
      const name = shardFileName(shard, id);
      const previous = shardFileName(shard, foldedId(generation - 1));
      made.push(name);
      if (await linkFile(directory, previous, name)) continue;
      await place(purposeOf(shard), await readAll(directory, previous), name);
    }
    const files = [...outputs.map(({ shard }) => shard), ...carried].map((shard) => shardFileName(shard, id));
    const pointer: FoldPointer = { formatVersion: 1, generation, files: files.toSorted(), superseded };
    const temporary = temporaryFileName(id, 'pointer');
    made.push(temporary);
    await directory.write(temporary, Buffer.from(encodeFoldPointer(pointer)));
    // The names that the pointer lists must outlive a power failure that the pointer outlives.
    await directory.sync();
    await confirm();
    // A rename that fails may have happened; the next run sees which, and clears away what does not count.
    made.length = 0;
    await directory.rename(temporary, FOLD_POINTER_FILE);
    // And nothing may be deleted before the pointer is safe.
    await directory.sync();
    return pointer;
  } catch (error) {
    // Another run may be making files of these very names.
    if (error instanceof PrunerError && error.code === 'lock-lost') throw error;
    for (const name of made) await directory.remove(name).catch(() => false);
    throw error;
  }
}

function purposeOf(shard: ShardKind): string {
  return shard.kind === 'gauge' ? `gauge-${shard.mode}` : shard.kind;
}

/** False where a link cannot be had: Linux refuses it for another user's file (proc_sys_fs(5), protected_hardlinks). */
async function linkFile(directory: PruneDirectory, existing: string, name: string): Promise<boolean> {
  try {
    return await directory.link(existing, name);
  } catch {
    return false;
  }
}

async function readAll(directory: PruneDirectory, name: string): Promise<Uint8Array> {
  const bytes = await directory.read(name);
  if (bytes !== undefined) return bytes;
  const message = `${name} vanished from ${directory.path} while its generation was being folded.`;
  throw new PrunerError('generation-damaged', directory.path, message);
}
