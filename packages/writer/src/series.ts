import { REMOVED_TIMESTAMP } from '@promshard/shard-format';

import type { LabelObject } from './label-tree.js';
import type { Cell, Shard } from './shard.js';

/** Gives a series its place in a shard. */
export interface SeriesPlacer {
  place(labels: LabelObject): Cell;
  /** How far a series' further values lie behind its first. */
  offsetsOf(labels: LabelObject): Int32Array;
}

/**
 * One label set of a metric, and the place of its values. Counting looks at `index` alone to know that the place is
 * there; everything else happens in `activate`, once.
 */
export abstract class Series {
  /** The shard of the values; any shard while there is no place. */
  shard: Shard;
  /** Index of the first value; 0 where there is no place yet, negative where the series was removed. */
  index: number;
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
    const { shard, index } = this.placer.place(this.labels);
    this.shard = shard;
    this.index = index;
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

  /** The value at an offset behind the first; 0 where there is no place. */
  read(offset: number): number {
    return this.index > 0 ? (this.shard.f64[this.index + offset] ?? 0) : 0;
  }

  private mark(timestamp: number): void {
    this.fill(timestamp, 1);
  }

  /** @param part - 0 for the values, 1 for the timestamps behind them. */
  private fill(number: number, part: 0 | 1): void {
    const { shard, index } = this;
    for (const offset of this.placer.offsetsOf(this.labels)) {
      shard.f64[index + offset + part] = number;
      if (shard.dirty !== null) shard.touch(index + offset + part);
    }
  }
}
