import {
  FLOAT64_BYTES,
  KEY_LENGTH_BYTES,
  PADDING_BYTE,
  VALUE_ALIGNMENT,
  VALUE_AND_TIMESTAMP_BYTES,
} from './layout.js';

/** Bytes of padding behind a key of `keyLength` bytes: 1 to 8 spaces, never none. */
export function paddingAfter(keyLength: number): number {
  return VALUE_ALIGNMENT - ((KEY_LENGTH_BYTES + keyLength) % VALUE_ALIGNMENT);
}

/** Bytes of a whole entry whose key has `keyLength` bytes. */
export function entrySize(keyLength: number): number {
  return KEY_LENGTH_BYTES + keyLength + paddingAfter(keyLength) + VALUE_AND_TIMESTAMP_BYTES;
}

/** Where an entry was written. */
export interface WrittenEntry {
  /** Offset of the float64 value; the timestamp follows it. A multiple of 8. */
  readonly valueOffset: number;
  /** Offset just past the entry: the new "bytes in use". */
  readonly end: number;
}

/**
 * Writes one entry at `offset`, which must be a multiple of 8. The caller owns the order of things: the header's
 * "bytes in use" is stored after this returns, so that no reader sees half an entry.
 *
 * @param key - ASCII text of {@link encodeKey}.
 * @param timestamp - Unix seconds; 0 where the metric has none.
 * @throws RangeError where the entry does not fit into `target`.
 */
export function writeEntry(
  target: Uint8Array,
  offset: number,
  key: string,
  value: number,
  timestamp: number,
): WrittenEntry {
  const end = offset + entrySize(key.length);
  if (end > target.byteLength) {
    throw new RangeError(
      `An entry of ${end - offset} bytes at ${offset} passes the end at ${target.byteLength}.`,
    );
  }
  const view = new DataView(target.buffer, target.byteOffset, target.byteLength);
  view.setInt32(offset, key.length, true);
  const keyOffset = offset + KEY_LENGTH_BYTES;
  for (let i = 0; i < key.length; i++) target[keyOffset + i] = key.charCodeAt(i);
  const valueOffset = end - VALUE_AND_TIMESTAMP_BYTES;
  target.fill(PADDING_BYTE, keyOffset + key.length, valueOffset);
  view.setFloat64(valueOffset, value, true);
  view.setFloat64(valueOffset + FLOAT64_BYTES, timestamp, true);
  return { valueOffset, end };
}
