import type { ShardProblem } from '@promshard/shard-format';

import { Delta } from './delta.js';
import type { DeadWriter } from './plan-prune.js';
import type { PruneDirectory } from './prune-directory.js';

/** How many dead writers go into one generation. */
export interface BatchLimit {
  /** Bounds the names that a fold pointer lists, and what a run that is killed has to do again. */
  readonly writers: number;
  /** Bounds memory: a batch ends with the writer with whom its series come to this size on disk. */
  readonly bytes: number;
}

/** A thousand writers fold in about half a second; 32 MiB are some 300,000 series. */
export const BATCH_LIMIT: BatchLimit = { writers: 1000, bytes: 32 * 1024 * 1024 };

/** Dead writers whose values go into one generation. */
export interface Batch {
  readonly writers: readonly DeadWriter[];
  readonly delta: Delta;
  /** Names of the shards whose values are in `delta`. */
  readonly folded: readonly string[];
  /** Shards that could not be read, and why, by name. */
  readonly unreadable: ReadonlyMap<string, string>;
}

/**
 * Reads the first of `dead`, one shard at a time, until the batch is full. A shard with any problem is left out as a
 * whole: it stays where it is, and readers go on showing its good part.
 *
 * @param dead - In the order of ids, in which readers take their shards too: of values that do not compare, or are
 *   equally recent, the first stays the first.
 * @param touchedAt - Unix seconds; what folded series without a time of their own are stamped with.
 */
export async function readBatch(
  directory: PruneDirectory,
  dead: readonly DeadWriter[],
  limit: BatchLimit,
  touchedAt: number,
): Promise<Batch> {
  const writers: DeadWriter[] = [];
  const delta = new Delta();
  const folded: string[] = [];
  const unreadable = new Map<string, string>();
  for (const writer of dead) {
    if (writers.length === limit.writers || delta.bytes >= limit.bytes) break;
    writers.push(writer);
    for (const { name, shard } of writer.fold) {
      const file = await readWhole(directory, name);
      const problem = typeof file === 'string' ? file : explain(delta.addFile(shard, file, touchedAt));
      if (problem === undefined) folded.push(name);
      else unreadable.set(name, problem);
    }
  }
  return { writers, delta, folded, unreadable };
}

/** Reads a file's bytes; a string says why it cannot be read. */
export async function readWhole(directory: PruneDirectory, name: string): Promise<Uint8Array | string> {
  try {
    return (await directory.read(name)) ?? 'it vanished';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Says what is wrong with a shard, and where; undefined where nothing is. */
export function explain(problem: ShardProblem | undefined): string | undefined {
  return problem && `${problem.code} at byte ${problem.offset}: ${problem.message}`;
}
