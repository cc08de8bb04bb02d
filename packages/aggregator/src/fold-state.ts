import {
  FOLD_POINTER_FILE,
  latestSpare,
  parseFileName,
  parseFoldPointer,
  readSpare,
  unexplainedFold,
  type FoldPointer,
} from '@promshard/shard-format';
import type { TextFile } from './directory.js';
import type { Shortage } from './failure.js';
import type { SnapshotProblem } from './snapshot.js';

/** `folded.json` as it was found; that it could not be looked at for want of resources says nothing about it. */
type PointerFile = Exclude<TextFile, Shortage>;

/** What is to be done about folded shards. */
export type FoldState =
  /** Read by this pointer, or with none: nothing was folded yet. */
  | {
      readonly kind: 'known';
      readonly pointer: FoldPointer | undefined;
      readonly problem?: SnapshotProblem;
      /** The spare copy that stands in: it must be the same after reading, as the pointer must. */
      readonly spare?: SpareCopy;
    }
  /** What counts cannot be known. */
  | { readonly kind: 'unknown'; readonly problem: SnapshotProblem };

/** A spare copy of the pointer, as it was read. */
export interface SpareCopy {
  readonly name: string;
  readonly file: TextFile;
}

/** What a decision about a damaged pointer is made from. */
export interface FoldEvidence {
  /** The directory's names. */
  readonly names: readonly string[];
  /** The last good pointer that this process has read. */
  readonly lastGood: FoldPointer | undefined;
  /** Reads a small file of the directory. */
  readonly read: (name: string) => TextFile;
}

/**
 * Decides by which pointer the directory is read.
 *
 * Where `folded.json` is damaged or was taken away, its spare copy stands in; the pruner writes the pointer again from
 * it. Where that is damaged too, the last good pointer of this process holds as long as the folded shards are the very
 * ones that it lists: a pruner that moved on would have made another. Without either, it is harmless while no folded
 * shard is there. Otherwise nobody can say which shards are already in which folded one: counting them twice, or not
 * at all, would be wrong sums, so nothing is served.
 */
export function foldState(file: PointerFile, evidence: FoldEvidence): FoldState {
  const { names, lastGood } = evidence;
  const pointer = file.kind === 'text' ? parseFoldPointer(file.text) : undefined;
  if (pointer !== undefined) return { kind: 'known', pointer };
  const what = whatIsWrong(file);
  const spare = spareOf(evidence);
  if (spare !== undefined) {
    // Nothing is wrong yet where the very first pointer is about to be put in its place.
    const { generation } = spare.pointer;
    const state = { kind: 'known', ...spare } as const;
    if (file.kind === 'absent' && generation === 1) return state;
    const message = `${what}. Its spare copy, of generation ${generation}, is served.`;
    return { ...state, problem: damaged(message) };
  }
  if (lastGood !== undefined && lastGood.files.length > 0 && isAllThatIsFolded(lastGood, names)) {
    const message = `${what}. Generation ${lastGood.generation}, the last good one, is still complete and is served.`;
    return { kind: 'known', pointer: lastGood, problem: damaged(message) };
  }
  if (file.kind === 'absent' && unexplainedFold(names) === undefined) {
    return { kind: 'known', pointer: undefined };
  }
  if (!names.some(isFoldedShard)) {
    const message = `${what}. No folded shard is there, so all shards are served.`;
    return { kind: 'known', pointer: undefined, problem: damaged(message) };
  }
  const message =
    `${what}, and there is no spare copy of it. Which shards are in a folded one cannot be told, so none is served. ` +
    'Stop the pruner and the writers, empty the directory, and start them again.';
  return { kind: 'unknown', problem: damaged(message) };
}

function spareOf({ names, read }: FoldEvidence): { pointer: FoldPointer; spare: SpareCopy } | undefined {
  const name = latestSpare(names);
  if (name === undefined) return undefined;
  const file = read(name);
  const pointer = file.kind === 'text' ? readSpare(name, file.text, names) : undefined;
  return pointer && { pointer, spare: { name, file } };
}

function isAllThatIsFolded(pointer: FoldPointer, names: readonly string[]): boolean {
  const folded = new Set(names.filter(isFoldedShard));
  return pointer.files.length === folded.size && pointer.files.every((name) => folded.has(name));
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
