import { REMOVED_TIMESTAMP } from '@promshard/shard-format';

import type { LabelObject } from './label-tree.js';
import type { Cell, Shard } from './shard.js';

/** The place of a series' values. */
export interface Place extends Cell {
  /** How far each value lies behind the first; shared by series of one shape. */
  readonly offsets: Int32Array;
}

/** Gives a series its place in a shard. */
export interface SeriesPlacer {
  place(labels: LabelObject): Place;
}

/** The offsets of a series that has one value, or no place yet. */
const SINGLE = Int32Array.of(0);

/**
 * One label set of a metric, and the place of its values. Counting looks at `index` alone to know that the place is
 * there; everything else happens in `activate`, once.
 */
export abstract class Series {
  /** The shard of the values; any shard while there is no place. */
  shard: Shard;
  /** Index of the first value; 0 where there is no place yet, negative where the series was removed. */
  index: number;
  /** How far each value lies behind the first. */
  protected offsets: Int32Array = SINGLE;
  /** The labels as the application gave them. */
  readonly labels: LabelObject;
  protected readonly placer: SeriesPlacer;

  constructor(placer: SeriesPlacer, labels: LabelObject, shard: Shard) {
    this.placer = placer;
    this.labels = labels;
    this.shard = shard;
    this.index = 0;
  }

  /** Whether readers see the series. */
  get isThere(): boolean {
    return this.index > 0;
  }

  /** Gives the series a place at its first use, or its old place back after it was removed, at 0. */
  activate(): void {
    if (this.index > 0) return;
    if (this.index < 0) {
      this.index = -this.index;
      this.zero();
      this.mark(0);
      return;
    }
    const { shard, index, offsets } = this.placer.place(this.labels);
    this.shard = shard;
    this.index = index;
    this.offsets = offsets;
  }

  /** The place, for another series to count in as well. */
  activePlace(): Place {
    this.activate();
    return { shard: this.shard, index: this.index, offsets: this.offsets };
  }

  /** Sets all values to 0. */
  zero(): void {
    if (this.index > 0) this.fill(0, 0);
  }

  /**
   * Marks the series as removed: it keeps its place, and readers of promshard pass it over. The values stay for
   * Python's readers, which do not know the mark: their totals do not fall.
   */
  remove(): void {
    if (this.index <= 0) return;
    this.mark(REMOVED_TIMESTAMP);
    this.index = -this.index;
  }

  /** One of the values, in the order of the keys; 0 where there is no place. */
  read(i: number): number {
    const offset = this.offsets[i];
    return this.index > 0 && offset !== undefined ? (this.shard.f64[this.index + offset] ?? 0) : 0;
  }

  /** Adds to one of the values, in the order of the keys; a series that was removed comes back, at 0 before. */
  add(i: number, amount: number): void {
    this.activate();
    const { shard } = this;
    const index = this.index + (this.offsets[i] ?? 0);
    shard.f64[index] = (shard.f64[index] ?? 0) + amount;
    if (shard.dirty !== null) shard.touch(index);
  }

  private mark(timestamp: number): void {
    this.fill(timestamp, 1);
  }

  /** @param part - 0 for the values, 1 for the timestamps behind them. */
  private fill(number: number, part: 0 | 1): void {
    const { shard, index } = this;
    for (const offset of this.offsets) {
      shard.f64[index + offset + part] = number;
      if (shard.dirty !== null) shard.touch(index + offset + part);
    }
  }
}
