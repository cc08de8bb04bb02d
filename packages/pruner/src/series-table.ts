import {
  badKey,
  decodeKeyText,
  entrySize,
  FLOAT64_BYTES,
  HEADER_BYTES,
  parseKey,
  REMOVED_TIMESTAMP,
  scanShard,
  USED_OFFSET,
  writeEntry,
  type ShardProblem,
  type ShardScan,
} from '@promshard/shard-format';

import type { FoldRule } from './fold-rule.js';
import type { FoldTable } from './fold-table.js';
import { addToSeries, splitSum, startSeries, type FoldedSeries, type TimedValue } from './fold-series.js';

/** A rule by which values of several shards become one. */
export type CombiningRule = Exclude<FoldRule, 'drop' | 'newest-exemplar'>;

/**
 * The series of one kind of shard, being folded. Memory goes with the number of series, not of shards: keys stay the
 * bytes that they are in the files, and are looked into only when they come up first.
 */
export class SeriesTable implements FoldTable {
  readonly #rule: CombiningRule;
  /** By key, one character a byte (latin1). */
  readonly #series = new Map<string, FoldedSeries>();
  #bytes = HEADER_BYTES;

  constructor(rule: CombiningRule) {
    this.#rule = rule;
  }

  /** Bytes of the file that {@link SeriesTable.encode} would make, without the second entries of inexact sums. */
  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#series.size;
  }

  /**
   * Adds the values of a shard file, or none of them: a file with any problem is left as it is. Removed entries are
   * passed over.
   *
   * @param touchedAt - Unix seconds that values without a time of their own get; undefined keeps what the file says,
   *   which is right for folded shards alone.
   * @returns What is wrong with the file; undefined where it was added.
   */
  addFile(file: Uint8Array, touchedAt?: number): ShardProblem | undefined {
    const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
    const scan = scanShard(bytes);
    const keys = this.#readKeys(bytes, scan);
    if (!Array.isArray(keys)) return keys;
    for (const [i, key] of keys.entries()) {
      const offset = scan.valueOffsets[i] ?? 0;
      const timestamp = scan.layout === 'timestamps' ? bytes.readDoubleLE(offset + FLOAT64_BYTES) : 0;
      if (timestamp === REMOVED_TIMESTAMP) continue;
      const own = this.#rule === 'mostrecent' || touchedAt === undefined;
      this.add(key, { value: bytes.readDoubleLE(offset), timestamp: own ? timestamp : touchedAt });
    }
    return undefined;
  }

  /** Adds one value. @param key - The key's bytes, one character a byte; ASCII text is that as it is. */
  add(key: string, value: TimedValue): void {
    const series = this.#series.get(key);
    if (series !== undefined) return addToSeries(this.#rule, series, value);
    this.#series.set(key, startSeries(value));
    this.#bytes += entrySize(key.length);
  }

  /** Keys, and when each was last touched. */
  *touched(): Iterable<readonly [key: string, timestamp: number]> {
    for (const [key, { timestamp }] of this.#series) yield [key, timestamp];
  }

  /** Forgets a series. */
  remove(key: string): void {
    if (this.#series.delete(key)) this.#bytes -= entrySize(key.length);
  }

  /**
   * Makes the bytes of a shard file. A sum that no float64 holds becomes two entries of one key, which every reader
   * adds up.
   */
  encode(): Uint8Array {
    const isSum = this.#rule === 'sum';
    const rests = isSum ? [...this.#series].filter(([, series]) => splitSum(series)[1] !== 0) : [];
    const size = rests.reduce((sum, [key]) => sum + entrySize(key.length), this.#bytes);
    const bytes = new Uint8Array(size);
    let offset = HEADER_BYTES;
    const put = (key: string, value: number, timestamp: number): void => {
      offset = writeEntry(bytes, offset, key, value, timestamp).end;
    };
    for (const [key, series] of this.#series) {
      const [rounded, rest] = isSum ? splitSum(series) : [series.value, 0];
      put(key, rounded, series.timestamp);
      if (rest !== 0) put(key, rest, series.timestamp);
    }
    new DataView(bytes.buffer).setInt32(USED_OFFSET, size, true);
    return bytes;
  }

  #readKeys(bytes: Buffer, scan: ShardScan): string[] | ShardProblem {
    if (scan.problem !== undefined) return scan.problem;
    const keys: string[] = [];
    for (const [i, offset] of scan.keyOffsets.entries()) {
      const length = scan.keyLengths[i] ?? 0;
      const key = bytes.toString('latin1', offset, offset + length);
      if (!this.#series.has(key) && !isKey(bytes, offset, length)) return badKey(offset);
      keys.push(key);
    }
    return keys;
  }
}

function isKey(bytes: Uint8Array, offset: number, length: number): boolean {
  const text = decodeKeyText(bytes, offset, length);
  return text !== undefined && parseKey(text) !== undefined;
}
