import { parseFileName, type FoldPointer, type ShardKind } from '@promshard/shard-format';
import type { SnapshotProblem } from './snapshot.js';

/** A shard that counts. */
export interface ChosenShard {
  readonly name: string;
  readonly shard: ShardKind;
  readonly id: string;
  /** Whether it holds what dead writers left. */
  readonly isFolded: boolean;
}

/** Which of the directory's files are read. */
export interface Choice {
  /** In name order, which is the order in which values are added. */
  readonly shards: readonly ChosenShard[];
  /** Files of exemplars, likewise. */
  readonly exemplars: readonly ChosenShard[];
  /** Shards passed over. */
  readonly superseded: number;
  readonly problems: readonly SnapshotProblem[];
}

/**
 * Chooses the shards whose values count, so that each value is seen once: of folded shards those that the pointer
 * lists, of others those that it does not supersede.
 *
 * @param names - The directory's names, sorted.
 */
export function chooseShards(names: readonly string[], pointer: FoldPointer | undefined): Choice {
  const folded = new Set(pointer?.files);
  const gone = new Set(pointer?.superseded);
  const shards: ChosenShard[] = [];
  const exemplars: ChosenShard[] = [];
  const problems: SnapshotProblem[] = [];
  let superseded = 0;
  for (const name of names) {
    const parsed = parseFileName(name);
    if (parsed.type === 'foreign-shard' || (parsed.type === 'shard' && name.includes('\uFFFD'))) {
      problems.push(foreignFile(name));
    } else if (parsed.type === 'shard') {
      const counts = parsed.fold === undefined ? !gone.has(name) : folded.has(name);
      const { shard, id, fold } = parsed;
      if (counts)
        (shard.kind === 'exemplars' ? exemplars : shards).push({ name, shard, id, isFolded: fold !== undefined });
      else superseded++;
    }
  }
  const listed = new Set(names);
  for (const name of folded) {
    if (!listed.has(name)) problems.push(missingFolded(name));
  }
  return { shards, exemplars, superseded, problems };
}

function foreignFile(file: string): SnapshotProblem {
  // U+FFFD stands in for bytes that are not UTF-8: such a name cannot be opened.
  const message =
    'The name ends in ".db" or ".shard" and is not that of a shard, <type>_<id>.db or gauge_<mode>_<id>.db, in UTF-8.';
  return { code: 'foreign-file', file, offset: 0, message };
}

function missingFolded(file: string): SnapshotProblem {
  return {
    code: 'folded-shard-missing',
    file,
    message: 'folded.json lists this shard and it is not there: what dead writers counted in it is lost.',
  };
}
