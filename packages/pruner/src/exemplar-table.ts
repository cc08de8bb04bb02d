import {
  decodeExemplars,
  entrySize,
  exemplarKey,
  HEADER_BYTES,
  USED_OFFSET,
  writeEntry,
  writeExemplar,
  type ShardProblem,
  type StoredExemplar,
} from '@promshard/shard-format';

import type { FoldTable } from './fold-table.js';

/**
 * The newest exemplar of each series, of those of several writers. They are examples and not counts: what cannot be read of
 * a file is left behind, and keeps no file from going.
 */
export class ExemplarTable implements FoldTable {
  readonly #exemplars = new Map<string, StoredExemplar>();
  #bytes = HEADER_BYTES;

  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#exemplars.size;
  }

  addFile(file: Uint8Array): ShardProblem | undefined {
    for (const { keyText, exemplar } of decodeExemplars(file).entries) {
      if (exemplar === undefined) continue;
      const key = keyText.trimEnd();
      const known = this.#exemplars.get(key);
      if (known === undefined) this.#bytes += entrySize(exemplarKey(key).length);
      else if (!(exemplar.timestamp > known.timestamp)) continue;
      this.#exemplars.set(key, exemplar);
    }
    return undefined;
  }

  /** Keys, and the unix seconds at which their exemplars were taken. */
  *taken(): Iterable<readonly [key: string, timestamp: number]> {
    for (const [key, { timestamp }] of this.#exemplars) yield [key, timestamp];
  }

  /** Forgets the exemplar of a series. */
  remove(key: string): void {
    if (this.#exemplars.delete(key)) this.#bytes -= entrySize(exemplarKey(key).length);
  }

  /** Series of exemplars are never added one by one. */
  add(): void {}

  encode(): Uint8Array {
    const bytes = new Uint8Array(this.#bytes);
    let end = HEADER_BYTES;
    for (const [key, exemplar] of this.#exemplars) {
      const entry = writeEntry(bytes, end, exemplarKey(key), 0, 0);
      writeExemplar(bytes, entry.valueOffset, exemplar, 1);
      end = entry.end;
    }
    new DataView(bytes.buffer).setInt32(USED_OFFSET, end, true);
    return bytes;
  }
}
