/** Some shard's entries that count, in file order, as columns. */
export interface EntryColumns {
  /** At which float64 of the file the value stands. */
  readonly floatIndexes: Int32Array;
  /** Which slot it feeds. */
  readonly slots: Int32Array;
  /** Which key of the group the entry has. */
  readonly keyIds: Int32Array;
}

const NONE = new Int32Array(0);

/** Of no entries. */
export const NO_ENTRIES: EntryColumns = { floatIndexes: NONE, slots: NONE, keyIds: NONE };

const SPARE = 1024;

/**
 * Collects the entries of one shard after the other, in arrays that are made once, and gives columns that are equal to
 * those of the shard before as the same arrays: most writers' shards look like the one before.
 */
export class EntryList {
  #floatIndexes = NONE;
  #slots = NONE;
  #keyIds = NONE;
  #count = 0;
  #last = NO_ENTRIES;

  /** Begins with the entries of a shard that are known, of which there may be up to `more`. */
  begin(known: EntryColumns, more: number): void {
    this.#count = known.slots.length;
    const room = this.#count + more;
    if (this.#slots.length < room || this.#slots.length > 4 * room + SPARE) {
      this.#floatIndexes = new Int32Array(room);
      this.#slots = new Int32Array(room);
      this.#keyIds = new Int32Array(room);
    }
    this.#floatIndexes.set(known.floatIndexes);
    this.#slots.set(known.slots);
    this.#keyIds.set(known.keyIds);
  }

  add(floatIndex: number, slot: number, keyId: number): void {
    const at = this.#count++;
    this.#floatIndexes[at] = floatIndex;
    this.#slots[at] = slot;
    this.#keyIds[at] = keyId;
  }

  /** The entries since it began. */
  take(): EntryColumns {
    const last = this.#last;
    this.#last = {
      floatIndexes: this.#shared(this.#floatIndexes, last.floatIndexes),
      slots: this.#shared(this.#slots, last.slots),
      keyIds: this.#shared(this.#keyIds, last.keyIds),
    };
    return this.#last;
  }

  #shared(column: Int32Array, last: Int32Array): Int32Array {
    const count = this.#count;
    if (last.length !== count) return column.slice(0, count);
    for (let i = 0; i < count; i++) if (column[i] !== last[i]) return column.slice(0, count);
    return last;
  }
}
