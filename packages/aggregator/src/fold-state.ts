import {
  FOLD_POINTER_FILE,
  parseFileName,
  parseFoldPointer,
  type FoldPointer,
} from '@promshard/shard-format';
import type { Shortage, TextFile } from './directory.js';
import type { SnapshotProblem } from './snapshot.js';

/** `folded.json` as it was found; that it could not be looked at for want of resources says nothing about it. */
type PointerFile = Exclude<TextFile, Shortage>;

/** What is to be done about folded shards. */
export type FoldState =
  /** Read by this pointer, or with none: nothing was folded yet. */
  | { readonly kind: 'known'; readonly pointer: FoldPointer | undefined; readonly problem?: SnapshotProblem }
  /** What counts cannot be known. */
  | { readonly kind: 'unknown'; readonly problem: SnapshotProblem };

/**
 * Decides by which pointer the directory is read.
 *
 * Where `folded.json` is damaged or was taken away, the last good pointer of this process still holds as long as
 * every file that it lists is there: a pruner that moved on would have deleted them. Without one, a damaged pointer
 * is harmless while no folded shard is there. Otherwise nobody can say which shards are already in which folded
 * one: counting them twice, or not at all, would be wrong sums, so nothing is served.
 *
 * @param lastGood - The last good pointer that this process has read.
 */
export function foldState(
  file: PointerFile,
  names: readonly string[],
  lastGood: FoldPointer | undefined,
): FoldState {
  const pointer = file.kind === 'text' ? parseFoldPointer(file.text) : undefined;
  if (pointer !== undefined) return { kind: 'known', pointer };
  const listed = new Set(names);
  const lastGoodHolds = lastGood?.files.every((name) => listed.has(name)) ?? false;
  if (file.kind === 'absent' && (lastGood === undefined || lastGood.files.length === 0 || !lastGoodHolds)) {
    return { kind: 'known', pointer: undefined };
  }
  const what = whatIsWrong(file);
  if (lastGood !== undefined && lastGoodHolds) {
    const message = `${what}. Generation ${lastGood.generation}, the last good one, is still complete and is served.`;
    return { kind: 'known', pointer: lastGood, problem: damaged(message) };
  }
  if (!names.some(isFoldedShard)) {
    const message = `${what}. No folded shard is there, so all shards are served.`;
    return { kind: 'known', pointer: undefined, problem: damaged(message) };
  }
  const message =
    `${what}. Which shards are in a folded one cannot be told, so none is served. ` +
    'Stop the pruner and the writers, empty the directory, and start them again.';
  return { kind: 'unknown', problem: damaged(message) };
}

function whatIsWrong(file: PointerFile): string {
  switch (file.kind) {
    case 'absent':
      return 'The fold pointer was there and is gone';
    case 'failed':
      return `The fold pointer cannot be read (${file.errno})`;
    case 'text':
      return 'The fold pointer is not one: expected JSON {"formatVersion":1,"generation","files","superseded"}';
  }
}

function damaged(message: string): SnapshotProblem {
  return { code: 'fold-pointer-damaged', file: FOLD_POINTER_FILE, offset: 0, message };
}

function isFoldedShard(name: string): boolean {
  const parsed = parseFileName(name);
  return parsed.type === 'shard' && parsed.fold !== undefined;
}
