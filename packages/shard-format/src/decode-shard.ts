import { FLOAT64_BYTES, MAX_KEY_BYTES, type ShardLayout } from './layout.js';
import { scanShard, type ScanFrom, type ShardProblem } from './scan-shard.js';
import { parseKey, type SeriesKey } from './series-key.js';

/** One decoded entry. */
export interface ShardEntry {
  readonly key: SeriesKey;
  /** The key as it stands in the file: equal series have equal text. */
  readonly keyText: string;
  /** Byte offset of the value. */
  readonly valueOffset: number;
  readonly value: number;
  /** Unix seconds; 0 where there is none, -1 where the entry was removed. */
  readonly timestamp: number;
}

/** A shard's entries, in file order, and what is wrong with its bytes. */
export interface DecodedShard {
  readonly entries: readonly ShardEntry[];
  readonly problems: readonly ShardProblem[];
  readonly layout: ShardLayout;
  /** "Bytes in use" as the header says. */
  readonly used: number;
  /** Offset at which decoding stopped. */
  readonly end: number;
}

/**
 * Decodes a shard file of either layout. Never throws: foreign bytes give problems, and the entries before the first
 * unreadable one are there.
 */
export function decodeShard(bytes: Uint8Array, from?: ScanFrom): DecodedShard {
  const scan = scanShard(bytes, from);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: ShardEntry[] = [];
  const problems: ShardProblem[] = [];
  for (const [i, valueOffset] of scan.valueOffsets.entries()) {
    const keyOffset = scan.keyOffsets[i] ?? 0;
    const keyText = decodeKeyText(bytes, keyOffset, scan.keyLengths[i] ?? 0);
    const key = keyText === undefined ? undefined : parseKey(keyText);
    if (keyText === undefined || key === undefined) {
      problems.push(badKey(keyOffset));
      continue;
    }
    const value = view.getFloat64(valueOffset, true);
    const timestamp = scan.layout === 'timestamps' ? view.getFloat64(valueOffset + FLOAT64_BYTES, true) : 0;
    entries.push({ key, keyText, valueOffset, value, timestamp });
  }
  if (scan.problem !== undefined) problems.push(scan.problem);
  return { entries, problems, layout: scan.layout, used: scan.used, end: scan.end };
}

/** The problem of a key at `offset` that is too long, not UTF-8 or not the JSON of a series. */
export function badKey(offset: number): ShardProblem {
  return {
    code: 'bad-key',
    offset,
    message: `The key at byte ${offset} is not the JSON array [family, sample, labels, help].`,
  };
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads a key's text; undefined where it is not UTF-8, or longer than `MAX_KEY_BYTES`. */
export function decodeKeyText(bytes: Uint8Array, offset: number, length: number): string | undefined {
  if (length > MAX_KEY_BYTES) return undefined;
  try {
    return utf8.decode(bytes.subarray(offset, offset + length));
  } catch {
    return undefined;
  }
}
