import { orThrow } from './native-error.js';

declare const viewBrand: unique symbol;

/** Pages of a file for reading, which only the addon looks at. */
export interface FileView {
  readonly [viewBrand]: never;
}

/** What a file has to be like. */
export interface FileCheck {
  /** The 32 bits that it begins with; `undefined`: any. */
  readonly firstWord: number | undefined;
  /**
   * Three numbers for each run of 32-bit words: the index of the first in the file, that in `words`, and how many. A
   * run of none is the end.
   */
  readonly places: Int32Array;
  /** What stands at those places. */
  readonly words: Int32Array;
}

/** Which float64 values of a file to add, and to which sums: the numbers from `from` up to `to` of these. */
export interface FileEntries {
  readonly from: number;
  readonly to: number;
  /** The index of each value in the file. */
  readonly indexes: Int32Array;
  /** The index of the sum that each value goes to. */
  readonly slots: Int32Array;
  /** Entries that have this number behind their value are passed over; `undefined` where nothing stands there. */
  readonly removed: number | undefined;
}

/** Sums by slot. */
export interface Sums {
  readonly values: Float64Array;
  /** What rounding took from each sum, by Knuth's TwoSum. */
  readonly remainders: Float64Array;
  /** 1 for each slot that a value went to; the others are left as they are. */
  readonly isFed: Uint8Array;
}

/** What became of an addition. */
export type AdditionOutcome = (typeof ADDITION_OUTCOMES)[number];

const ADDITION_OUTCOMES = ['added', 'other-first-word', 'changed', 'cut-short'] as const;

/**
 * Files that are read where the page cache has them, while others write them. Nothing here can change a file, and no byte
 * reaches JavaScript but what is asked for.
 *
 * Arguments of a wrong type or range throw a `TypeError` or `RangeError`; a failed system call throws a
 * `NativeError`. Descriptors stay the caller's: nothing here opens or closes one.
 */
export interface FileViews {
  /**
   * Maps the first bytes of an open file for reading. The file may be shorter, grow, and be shortened meanwhile. The
   * descriptor may be closed afterwards. The pages go with `closeView`, with garbage collection, or with the thread.
   * Must not be handed to another thread.
   *
   * @param fd - A descriptor opened for reading.
   * @param bytes - At least 1.
   */
  viewFile(fd: number, bytes: number): FileView;
  /** Takes the pages away: to read from the view is a `RangeError` from now on. A second call does nothing. */
  closeView(view: FileView): void;
  /**
   * Adds values of the file to sums, if the file is as it was. In its eight aligned bytes, each value is one that
   * somebody stored, never half of one and half of another.
   *
   * @returns `other-first-word` and `changed` where the file is not what it has to be, or its pages are gone, because it
   *   was shortened or its disk failed: nothing was added; `cut-short` where pages went when some values may have been.
   * @throws RangeError where a place or an entry is outside of the view, of `words` or of `sums`; earlier ones were added.
   */
  addValues(view: FileView, check: FileCheck, entries: FileEntries, sums: Sums): AdditionOutcome;
}

/** What the compiled addon exports: a negative number is the error of the system call. */
export interface ViewsBinding {
  viewFile(fd: number, bytes: number): FileView | number;
  closeView(view: FileView): void;
  addValues(
    view: FileView,
    firstWord: number | undefined,
    places: Int32Array,
    words: Int32Array,
    indexes: Int32Array,
    slots: Int32Array,
    from: number,
    to: number,
    removed: number | undefined,
    values: Float64Array,
    remainders: Float64Array,
    isFed: Uint8Array,
  ): 0 | 1 | 2 | 3;
}

/** Turns the binding's numbers into exceptions and names. */
export function bindViews(binding: ViewsBinding): FileViews {
  return {
    viewFile: (fd, bytes) => orThrow(binding.viewFile(fd, bytes), 'mmap'),
    closeView: (view) => binding.closeView(view),
    addValues: (
      view,
      { firstWord, places, words },
      { indexes, slots, from, to, removed },
      { values, remainders, isFed },
    ) => {
      // One by one, since the addon would take longer to look into objects than to add a shard.
      const sums = [values, remainders, isFed] as const;
      const entries = [indexes, slots, from, to, removed] as const;
      return ADDITION_OUTCOMES[binding.addValues(view, firstWord, places, words, ...entries, ...sums)];
    },
  };
}
