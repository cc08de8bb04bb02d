import { entryFrame, entrySize, FLOAT64_BYTES, VALUE_AND_TIMESTAMP_BYTES } from '@promshard/shard-format';

/** Where values lie in entries that are appended together. */
export interface CellShape {
  readonly byteLength: number;
  /** How many numbers of eight bytes there are before the first value. */
  readonly first: number;
  /** How far each value lies behind the first, in numbers; shared by cells of one shape. */
  readonly offsets: Int32Array;
}

/** Entries that are appended together, all numbers 0. */
export interface CellEntries extends CellShape {
  /** Writes them at an offset that is a multiple of eight, and behind which there is room for them. */
  writeTo(bytes: Buffer, at: number): void;
}

/** The offsets of a cell that has one value. */
export const SINGLE: Int32Array = Int32Array.of(0);

/** Entries with these keys, at least one. */
export function cellEntries(keys: readonly string[]): CellEntries {
  return {
    ...cellShape(keys.map((key) => key.length)),
    writeTo(bytes, at) {
      let text = '';
      for (const key of keys) {
        const { before, behind } = entryFrame(key.length);
        text += before + key + behind;
      }
      bytes.write(text, at, 'latin1');
    },
  };
}

/** @param keyLengths - In bytes, in the order of the entries. */
export function cellShape(keyLengths: readonly number[]): CellShape {
  const first = (entrySize(keyLengths[0] ?? 0) - VALUE_AND_TIMESTAMP_BYTES) / FLOAT64_BYTES;
  const offsets = keyLengths.length === 1 ? SINGLE : new Int32Array(keyLengths.length);
  let byteLength = 0;
  for (const [i, keyLength] of keyLengths.entries()) {
    byteLength += entrySize(keyLength);
    // Values are at the end of their entries.
    if (i > 0) offsets[i] = (byteLength - VALUE_AND_TIMESTAMP_BYTES) / FLOAT64_BYTES - first;
  }
  return { byteLength, first, offsets };
}
