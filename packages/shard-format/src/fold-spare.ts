import { foldSpareName, parseFileName } from './file-name.js';
import { parseFoldPointer, type FoldPointer } from './fold-pointer.js';

/**
 * Finds the spare copy of the fold pointer that stands in for a damaged or lost one: that of the highest generation.
 * It is the only one that may. An earlier one can be whole, and all its files there, and yet not know of dead
 * writers' shards that were folded and deleted since.
 *
 * @param names - The directory's names.
 */
export function latestSpare(names: readonly string[]): string | undefined {
  let latest = 0;
  for (const name of names) {
    const parsed = parseFileName(name);
    if (parsed.type === 'fold-spare' && parsed.generation > latest) latest = parsed.generation;
  }
  return latest === 0 ? undefined : foldSpareName(latest);
}

/**
 * Reads a spare copy; undefined where it is no fold pointer, is another generation's, or lists a file that is not
 * among `names`.
 *
 * It may be of a generation that was not committed yet. That generation is then whole all the same, and nothing that
 * it supersedes has changed: both give the same sums.
 */
export function readSpare(name: string, text: string, names: readonly string[]): FoldPointer | undefined {
  const pointer = parseFoldPointer(text);
  if (pointer === undefined || foldSpareName(pointer.generation) !== name) return undefined;
  const there = new Set(names);
  return pointer.files.every((file) => there.has(file)) ? pointer : undefined;
}

/**
 * Finds a trace of a fold that no pruner leaves without a fold pointer: with no pointer and no spare copy that can be
 * used, it cannot be told which shards are in it. The first generation holds zeros only, and a run that was cut short
 * may leave any part of it; every other is made after a pointer was.
 */
export function unexplainedFold(names: readonly string[]): string | undefined {
  return names.find((name) => {
    const parsed = parseFileName(name);
    if (parsed.type === 'fold-spare') return parsed.generation > 1;
    return parsed.type === 'shard' && parsed.fold !== undefined && parsed.fold > 1;
  });
}
