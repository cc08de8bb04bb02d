import {
  decodeShard,
  foldedId,
  parseFileName,
  shardFileName,
  type FoldPointer,
  type ShardEntry,
  type ShardKind,
} from '@promshard/shard-format';

import { startFold, type FoldInput, type FoldOutput } from './fold-shards.js';
import type { PruneDirectory } from './prune-directory.js';
import { readFolded } from './read-generation.js';
import type { ShardFile } from './take-inventory.js';

/** Shards of dead writers added to the generation before. */
export interface DirectoryFold {
  /** Takes what else is to be added, and gives the kinds with new values. */
  finish(additions: readonly FoldInput[]): FoldOutput[];
  /** Kinds of the generation before that nothing is added to. */
  readonly carried: readonly ShardKind[];
  /** Names of the shards that were added. */
  readonly folded: readonly string[];
  /** Shards that were not, and why, by name. */
  readonly unreadable: ReadonlyMap<string, string>;
}

/** A dead writer's shard, decoded; or why it cannot be. */
export type ReadShard =
  | { readonly kind: 'read'; readonly entries: readonly ShardEntry[] }
  | { readonly kind: 'unreadable'; readonly reason: string };

/**
 * Decodes a dead writer's shard. One with any problem is unreadable as a whole: it stays where it is, and readers
 * go on showing its good part.
 */
export async function readShard(directory: PruneDirectory, name: string): Promise<ReadShard> {
  let bytes: Uint8Array | undefined;
  try {
    bytes = await directory.read(name);
  } catch (error) {
    return { kind: 'unreadable', reason: error instanceof Error ? error.message : String(error) };
  }
  if (bytes === undefined) return { kind: 'unreadable', reason: 'it vanished' };
  const { entries, problems } = decodeShard(bytes);
  const [problem] = problems;
  if (problem === undefined) return { kind: 'read', entries };
  return { kind: 'unreadable', reason: `${problem.code} at byte ${problem.offset}: ${problem.message}` };
}

/**
 * Adds shards to the generation of `pointer`: one at a time, reading only those kinds of the generation that change.
 *
 * @param additions - Kinds that `finish` will be given more for.
 */
export async function foldDirectory(
  directory: PruneDirectory,
  pointer: FoldPointer,
  shards: readonly ShardFile[],
  additions: readonly ShardKind[],
): Promise<DirectoryFold> {
  const touched = new Map<string, ShardKind>();
  for (const shard of [...additions, ...shards.map((file) => file.shard)]) {
    touched.set(foldedName(shard, pointer), shard);
  }
  const fold = startFold();
  const folded: string[] = [];
  const unreadable = new Map<string, string>();
  // Readers take shards in the order of their names. Folded in that order, the first of values that do not compare,
  // or are equally recent, stays the first.
  for (const { name, shard, isFolded } of inOrder(touched, shards)) {
    if (isFolded) {
      fold.add({ shard, entries: await readFolded(directory, pointer, name) });
      continue;
    }
    const read = await readShard(directory, name);
    if (read.kind === 'unreadable') {
      unreadable.set(name, read.reason);
      continue;
    }
    fold.add({ shard, entries: read.entries });
    folded.push(name);
  }
  return {
    finish: (inputs) => {
      for (const input of inputs) fold.add(input);
      return fold.finish().filter(({ entries }) => entries.length > 0);
    },
    carried: pointer.files.filter((name) => !touched.has(name)).flatMap(kindOf),
    folded,
    unreadable,
  };
}

/** Name of a kind's file in the generation of `pointer`. */
export function foldedName(shard: ShardKind, pointer: FoldPointer): string {
  return shardFileName(shard, foldedId(pointer.generation));
}

function inOrder(
  touched: ReadonlyMap<string, ShardKind>,
  shards: readonly ShardFile[],
): (ShardFile & { isFolded: boolean })[] {
  const previous = Array.from(touched, ([name, shard]) => ({ name, shard, isFolded: true }));
  const dead = shards.map(({ name, shard }) => ({ name, shard, isFolded: false }));
  return [...previous, ...dead].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function kindOf(name: string): ShardKind[] {
  const parsed = parseFileName(name);
  return parsed.type === 'shard' ? [parsed.shard] : [];
}
