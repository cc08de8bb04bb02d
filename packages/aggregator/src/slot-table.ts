import type { Sums } from '@promshard/native/views';
import { REMOVED_TIMESTAMP } from '@promshard/shard-format';

/** Index of a value that the shards' entries add up to. */
export type Slot = number & { readonly __brand: 'Slot' };

/** How the values of several shards become one. */
export type Combination = 'sum' | 'min' | 'max' | 'latest' | 'last' | 'mean';

/** Entries of one shard: at which float64 each value stands, and which slot it feeds. */
export interface Feed {
  readonly floatIndexes: Int32Array;
  readonly slots: Int32Array;
  readonly hasTimestamps: boolean;
}

/** Some entries of a shard, in order. */
export interface EntryRange {
  readonly from: number;
  readonly to: number;
  /** How many float64 of the file come before the first that was read. */
  readonly base?: number;
}

const INITIAL_CAPACITY = 1024;

/** The values of one scrape. */
export class SlotTable {
  #values = new Float64Array(INITIAL_CAPACITY);
  /** What rounding took from a sum, timestamp of the latest value, or number of values behind a mean. */
  #extra = new Float64Array(INITIAL_CAPACITY);
  #isFed = new Uint8Array(INITIAL_CAPACITY);
  #size = 0;

  /** How many slots there are. */
  get size(): number {
    return this.#size;
  }

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

  /** Where sums stand, by slot, for who adds to them elsewhere; until the next {@link SlotTable.add}. */
  get sums(): Sums {
    return { values: this.#values, remainders: this.#extra, isFed: this.#isFed };
  }

  /**
   * Adds values of a shard: its entries from number `from` up to `to`, of which those bytes stand in `floats` that come
   * behind the first `8 * base` of the file. Everything behaves as in
   * `prometheus_client/multiprocess.py`: the order of calls is the order of shards, and a value without a timestamp is
   * never the latest. But some things are the same in whatever order, and however far folded, the shards are: sums, or
   * one of fractions would fall by a rounding error when its writers are folded; and `min` and `max`, which pass over
   * NaN unless there is nothing else.
   */
  feed(floats: Float64Array, feed: Feed, combination: Combination, { from, to, base = 0 }: EntryRange): void {
    // A loop of its own for each: with one switch inside a common loop, an entry takes twice as long.
    if (combination === 'sum') this.#addUp(floats, feed, from, to, base);
    else if (combination === 'last') this.#overwrite(floats, feed, from, to, base);
    else this.#combine(floats, feed, combination, from, to, base);
  }

  #addUp(floats: Float64Array, feed: Feed, from: number, to: number, base: number): void {
    const { floatIndexes, slots, hasTimestamps } = feed;
    const values = this.#values;
    const extra = this.#extra;
    const isFed = this.#isFed;
    for (let i = from; i < to; i++) {
      const index = (floatIndexes[i] ?? 0) - base;
      const slot = slots[i] ?? 0;
      const timestamp = hasTimestamps ? (floats[index + 1] ?? 0) : 0;
      if (timestamp === REMOVED_TIMESTAMP) continue;
      const value = floats[index] ?? 0;
      // Knuth's TwoSum (The Art of Computer Programming, volume 2, 4.2.2): `sum` and `lost` together are exact.
      const before = values[slot] ?? 0;
      const sum = before + value;
      const added = sum - before;
      const lost = before - (sum - added) + (value - added);
      values[slot] = sum;
      extra[slot] = (extra[slot] ?? 0) + lost;
      isFed[slot] = 1;
    }
  }

  #overwrite(floats: Float64Array, feed: Feed, from: number, to: number, base: number): void {
    const { floatIndexes, slots, hasTimestamps } = feed;
    const values = this.#values;
    const isFed = this.#isFed;
    for (let i = from; i < to; i++) {
      const index = (floatIndexes[i] ?? 0) - base;
      const slot = slots[i] ?? 0;
      const timestamp = hasTimestamps ? (floats[index + 1] ?? 0) : 0;
      if (timestamp === REMOVED_TIMESTAMP) continue;
      values[slot] = floats[index] ?? 0;
      isFed[slot] = 1;
    }
  }

  #combine(
    floats: Float64Array,
    feed: Feed,
    combination: Exclude<Combination, 'sum' | 'last'>,
    from: number,
    to: number,
    base: number,
  ): void {
    const { floatIndexes, slots, hasTimestamps } = feed;
    const values = this.#values;
    const extra = this.#extra;
    const isFed = this.#isFed;
    for (let i = from; i < to; i++) {
      const index = (floatIndexes[i] ?? 0) - base;
      const slot = slots[i] ?? 0;
      const value = floats[index] ?? 0;
      const timestamp = hasTimestamps ? (floats[index + 1] ?? 0) : 0;
      if (timestamp === REMOVED_TIMESTAMP) continue;
      switch (combination) {
        case 'mean':
          values[slot] = (values[slot] ?? 0) + value;
          extra[slot] = (extra[slot] ?? 0) + 1;
          break;
        case 'min':
          if (isFed[slot] === 0 || value < (values[slot] ?? 0) || Number.isNaN(values[slot]))
            values[slot] = value;
          break;
        case 'max':
          if (isFed[slot] === 0 || value > (values[slot] ?? 0) || Number.isNaN(values[slot]))
            values[slot] = value;
          break;
        case 'latest':
          if (!(timestamp > (extra[slot] ?? 0))) continue;
          values[slot] = value;
          extra[slot] = timestamp;
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
