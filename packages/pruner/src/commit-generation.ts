import {
  encodeFoldPointer,
  FOLD_POINTER_FILE,
  foldedId,
  foldSpareName,
  kindName,
  shardFileName,
  temporaryFileName,
  type FoldNotes,
  type FoldPointer,
  type ShardKind,
} from '@promshard/shard-format';

import type { PruneDirectory } from './prune-directory.js';
import { PrunerError } from './pruner-error.js';

/** A folded shard that a generation adds. */
export interface NewLayer {
  readonly shard: ShardKind;
  /** Makes its bytes; called once, when it is its turn to be written. */
  readonly encode: () => Uint8Array;
}

/** A generation about to be made. */
export interface NextGeneration {
  readonly previous: FoldPointer;
  readonly layers: readonly NewLayer[];
  /** Files of the previous generation whose values are in `layers`. */
  readonly merged: readonly string[];
  /** Other shards whose values are in `layers`, or that were dropped. */
  readonly superseded: readonly string[];
  readonly notes: FoldNotes;
}

/**
 * Makes a generation the one that counts. Up to the rename of the pointer the old state holds, from then on the
 * new; on failure before it, what was made is removed again. docs/fold-protocol.md holds why each step stands where
 * it does.
 *
 * @param confirm - Throws where the lock is lost; called just before the pointer is replaced.
 */
export async function commitGeneration(
  directory: PruneDirectory,
  { previous, layers, merged, superseded, notes }: NextGeneration,
  confirm: () => Promise<void>,
): Promise<FoldPointer> {
  const generation = previous.generation + 1;
  const id = foldedId(generation);
  const kept = previous.files.filter((name) => !merged.includes(name));
  const files = [...kept, ...layers.map(({ shard }) => shardFileName(shard, id))].toSorted();
  const pointer = {
    formatVersion: 1,
    generation,
    files,
    superseded: [...superseded, ...merged],
    notes,
  } as const;
  const made: string[] = [];
  try {
    for (const { shard, encode } of layers) {
      await placeLayer(
        directory,
        temporaryFileName(id, purposeOf(shard)),
        shardFileName(shard, id),
        encode,
        made,
      );
    }
    // What a pointer lists must outlive a power failure that the pointer outlives.
    await directory.sync();
    const text = Buffer.from(encodeFoldPointer(pointer));
    await replaceFile(directory, temporaryFileName(id, 'spare'), foldSpareName(generation), text, made);
    const temporary = temporaryFileName(id, 'pointer');
    made.push(temporary);
    await directory.write(temporary, text);
    await confirm();
    // A rename that fails may have happened; the next run sees which, and clears away what does not count.
    made.length = 0;
    await directory.rename(temporary, FOLD_POINTER_FILE);
    // And nothing may be deleted before the pointer, and its spare copy, are safe.
    await directory.sync();
    return pointer;
  } catch (error) {
    await undo(directory, made, confirm);
    throw error;
  }
}

/**
 * Writes the pointer, or its spare copy, again from the other one.
 *
 * @param name - `folded.json` or the spare's name.
 */
export async function restorePointer(
  directory: PruneDirectory,
  pointer: FoldPointer,
  name: string,
  confirm: () => Promise<void>,
): Promise<void> {
  const temporary = temporaryFileName(foldedId(pointer.generation), 'mend');
  // Left by a run that was killed over it.
  await directory.remove(temporary);
  await confirm();
  await replaceFile(directory, temporary, name, Buffer.from(encodeFoldPointer(pointer)), []);
  await directory.sync();
}

/** By link and not by rename: a file that a pointer may list is never replaced. */
async function placeLayer(
  directory: PruneDirectory,
  temporary: string,
  name: string,
  encode: () => Uint8Array,
  made: string[],
): Promise<void> {
  made.push(temporary);
  await directory.write(temporary, encode());
  made.push(name);
  if (!(await directory.link(temporary, name))) {
    made.length = 0;
    const message = `${name} in ${directory.path} is there already: another run made it, or it could not be removed.`;
    throw new PrunerError('lock-lost', directory.path, message);
  }
  await directory.remove(temporary);
}

async function replaceFile(
  directory: PruneDirectory,
  temporary: string,
  name: string,
  bytes: Uint8Array,
  made: string[],
): Promise<void> {
  made.push(temporary);
  await directory.write(temporary, bytes);
  made.push(name);
  await directory.rename(temporary, name);
}

/** Removes what was made, unless another run may be making files of these very names; the last first: the spare. */
async function undo(
  directory: PruneDirectory,
  made: readonly string[],
  confirm: () => Promise<void>,
): Promise<void> {
  try {
    if (made.length > 0) await confirm();
    for (const name of made.toReversed()) await directory.remove(name);
  } catch {
    // The next run clears away what is left.
  }
}

function purposeOf(shard: ShardKind): string {
  return kindName(shard).replace('_', '-');
}
