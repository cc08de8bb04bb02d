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

/** What an entry has around its key, one character a byte. */
export interface EntryFrame {
  /** The key's length. */
  readonly before: string;
  /** The padding, and zeros for value and timestamp. */
  readonly behind: string;
}

/**
 * What stands around a key of `keyLength` bytes in an entry whose numbers are 0, so that many entries can be put together as
 * one text and written at once: `before + key + behind` has the bytes that {@link writeEntry} writes.
 */
export function entryFrame(keyLength: number): EntryFrame {
  const byteOf = (_: unknown, i: number): number => (keyLength >>> (8 * i)) & 0xff;
  return {
    before: String.fromCharCode(...Array.from({ length: KEY_LENGTH_BYTES }, byteOf)),
    behind: PADDING.repeat(paddingAfter(keyLength)) + '\0'.repeat(VALUE_AND_TIMESTAMP_BYTES),
  };
}

const PADDING = String.fromCharCode(PADDING_BYTE);

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
 * @param target - Where a key is written at once if it is a Node.js `Buffer`, and character by character if it is not.
 * @param key - ASCII text of {@link encodeKey}.
 * @param timestamp - Unix seconds; 0 where the metric has none.
 * @param view - A view of the same bytes as `target`; made where none is given.
 * @throws RangeError where the entry does not fit into `target`.
 */
export function writeEntry(
  target: Uint8Array,
  offset: number,
  key: string,
  value: number,
  timestamp: number,
  view: DataView = new DataView(target.buffer, target.byteOffset, target.byteLength),
): WrittenEntry {
  const end = offset + entrySize(key.length);
  if (end > target.byteLength) {
    throw new RangeError(
      `An entry of ${end - offset} bytes at ${offset} passes the end at ${target.byteLength}.`,
    );
  }
  view.setInt32(offset, key.length, true);
  const keyOffset = offset + KEY_LENGTH_BYTES;
  if (isBuffer(target)) target.latin1Write(key, keyOffset);
  else for (let i = 0; i < key.length; i++) target[keyOffset + i] = key.charCodeAt(i);
  const valueOffset = end - VALUE_AND_TIMESTAMP_BYTES;
  for (let i = keyOffset + key.length; i < valueOffset; i++) target[i] = PADDING_BYTE;
  view.setFloat64(valueOffset, value, true);
  view.setFloat64(valueOffset + FLOAT64_BYTES, timestamp, true);
  return { valueOffset, end };
}

/** This package knows nothing of Node.js; whoever hands in one of its buffers does. */
function isBuffer(
  target: Uint8Array,
): target is Uint8Array & { latin1Write(text: string, offset: number): number } {
  return 'latin1Write' in target;
}
