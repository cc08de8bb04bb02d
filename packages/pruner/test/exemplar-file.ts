import {
  entrySize,
  exemplarKey,
  HEADER_BYTES,
  USED_OFFSET,
  writeEntry,
  writeExemplar,
  type StoredExemplar,
} from '@promshard/shard-format';

/** The bytes of an exemplar file, as a writer leaves it: for each series one exemplar, by the text of its key. */
export function exemplarFile(
  exemplars: readonly (readonly [key: string, exemplar: StoredExemplar])[],
): Uint8Array {
  const size = exemplars.reduce((sum, [key]) => sum + entrySize(exemplarKey(key).length), HEADER_BYTES);
  const bytes = new Uint8Array(size);
  let end = HEADER_BYTES;
  for (const [key, exemplar] of exemplars) {
    const entry = writeEntry(bytes, end, exemplarKey(key), 0, 0);
    writeExemplar(bytes, entry.valueOffset, exemplar, 7);
    end = entry.end;
  }
  new DataView(bytes.buffer).setInt32(USED_OFFSET, end, true);
  return bytes;
}
