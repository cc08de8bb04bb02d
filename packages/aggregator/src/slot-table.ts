import { REMOVED_TIMESTAMP } from '@promshard/shard-format';

/** Index of a value that the shards' entries add up to. */
export type Slot = number & { readonly __brand: 'Slot' };

/** How the values of several shards become one. */
export type Combination = 'sum' | 'min' | 'max' | 'latest' | 'last' | 'mean';

/** Entries of one shard: at which float64 each value stands, and which slot it feeds. */
export interface Feed {
  readonly floatIndexes: Int32Array;
  readonly slots: Int32Array;
  readonly count: number;
  readonly hasTimestamps: boolean;
}

const INITIAL_CAPACITY = 1024;

/** The values of one scrape. */
export class SlotTable {
  #values = new Float64Array(INITIAL_CAPACITY);
  /** What rounding took from a sum, timestamp of the latest value, or number of values behind a mean. */
  #extra = new Float64Array(INITIAL_CAPACITY);
  #isFed = new Uint8Array(INITIAL_CAPACITY);
  #size = 0;

  /** Makes a new slot, which nothing feeds yet. */
  add(): Slot {
    if (this.#size === this.#values.length) this.#grow();
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one place that makes the brand
    return this.#size++ as Slot;
  }

  /** Forgets all values, not the slots. */
  clear(): void {
    this.#values.fill(0, 0, this.#size);
    this.#extra.fill(0, 0, this.#size);
    this.#isFed.fill(0, 0, this.#size);
  }

  /** Says whether any entry fed the slot since the last {@link SlotTable.clear}; removed entries do not. */
  isFed(slot: Slot): boolean {
    return this.#isFed[slot] === 1;
  }

  /** The combined value. */
  value(slot: Slot, combination: Combination): number {
    const value = this.#values[slot] ?? 0;
    const extra = this.#extra[slot] ?? 0;
    if (combination === 'mean') return value / extra;
    // Past an infinity nothing was taken by rounding, and its remainder is NaN.
    return combination === 'sum' && Number.isFinite(value) ? value + extra : value;
  }

  /**
   * Adds a shard's values. Everything behaves as in `prometheus_client/multiprocess.py`: the order of calls is the
   * order of shards, and a value without a timestamp is never the latest. But some things are the same in whatever
   * order, and however far folded, the shards are: sums, or one of fractions would fall by a rounding error when its
   * writers are folded; and `min` and `max`, which pass over NaN unless there is nothing else.
   */
  feed(floats: Float64Array, feed: Feed, combination: Combination): void {
    const { floatIndexes, slots, count, hasTimestamps } = feed;
    const values = this.#values;
    const extra = this.#extra;
    const isFed = this.#isFed;
    for (let i = 0; i < count; i++) {
      const index = floatIndexes[i] ?? 0;
      const slot = slots[i] ?? 0;
      const value = floats[index] ?? 0;
      const timestamp = hasTimestamps ? (floats[index + 1] ?? 0) : 0;
      if (timestamp === REMOVED_TIMESTAMP) continue;
      switch (combination) {
        case 'sum': {
          // Knuth's TwoSum (The Art of Computer Programming, volume 2, 4.2.2): `sum` and `lost` together are exact.
          const before = values[slot] ?? 0;
          const sum = before + value;
          const added = sum - before;
          const lost = before - (sum - added) + (value - added);
          values[slot] = sum;
          extra[slot] = (extra[slot] ?? 0) + lost;
          break;
        }
        case 'mean':
          values[slot] = (values[slot] ?? 0) + value;
          extra[slot] = (extra[slot] ?? 0) + 1;
          break;
        case 'min':
          if (isFed[slot] === 0 || value < (values[slot] ?? 0) || Number.isNaN(values[slot])) values[slot] = value;
          break;
        case 'max':
          if (isFed[slot] === 0 || value > (values[slot] ?? 0) || Number.isNaN(values[slot])) values[slot] = value;
          break;
        case 'latest':
          if (!(timestamp > (extra[slot] ?? 0))) continue;
          values[slot] = value;
          extra[slot] = timestamp;
          break;
        case 'last':
          values[slot] = value;
          break;
      }
      isFed[slot] = 1;
    }
  }

  #grow(): void {
    const capacity = 2 * this.#values.length;
    const values = new Float64Array(capacity);
    values.set(this.#values);
    this.#values = values;
    const extra = new Float64Array(capacity);
    extra.set(this.#extra);
    this.#extra = extra;
    const isFed = new Uint8Array(capacity);
    isFed.set(this.#isFed);
    this.#isFed = isFed;
  }
}
