import { entrySize, writeEntry } from './entry.js';
import { HEADER_BYTES, MAX_SHARD_BYTES, USED_OFFSET } from './layout.js';
import { encodeKey, type SeriesKey } from './series-key.js';

/** One entry to write: a series and its numbers. */
export interface ShardEntryInput {
  readonly key: SeriesKey;
  readonly value: number;
  /** Unix seconds; 0 where not given. */
  readonly timestamp?: number;
}

/**
 * Makes the bytes of a whole shard file, with no room to spare: the file's length is its "bytes in use".
 *
 * @throws RangeError where the file would pass 2 GiB, which the header's signed 32-bit number cannot say.
 */
export function encodeShard(entries: Iterable<ShardEntryInput>): Uint8Array {
  const keyed = Array.from(entries, (entry) => ({ entry, keyText: encodeKey(entry.key) }));
  const size = keyed.reduce((sum, { keyText }) => sum + entrySize(keyText.length), HEADER_BYTES);
  if (size > MAX_SHARD_BYTES) {
    throw new RangeError(`A shard of ${size} bytes passes the layout's limit of ${MAX_SHARD_BYTES}.`);
  }
  const bytes = new Uint8Array(size);
  let offset = HEADER_BYTES;
  for (const { entry, keyText } of keyed) {
    offset = writeEntry(bytes, offset, keyText, entry.value, entry.timestamp ?? 0).end;
  }
  new DataView(bytes.buffer).setInt32(USED_OFFSET, size, true);
  return bytes;
}
