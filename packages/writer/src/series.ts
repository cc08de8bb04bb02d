import { REMOVED_TIMESTAMP, type ShardKind } from '@promshard/shard-format';

import { SINGLE } from './cell-entries.js';
import type { LabelObject } from './label-tree.js';
import type { Cell, Shard } from './shard.js';

/** The place of a series' values. */
export interface Place extends Cell {
  /** How far each value lies behind the first; shared by series of one shape. */
  readonly offsets: Int32Array;
  /** Another metric of the same name counts there, too, and has brought its values along. */
  readonly isShared?: true;
}

/** The metric of a series. */
export interface SeriesPlacer {
  /**
   * Gives a series its place in a shard.
   *
   * @param isMove - It has one, and its values are to go along.
   */
  place(labels: LabelObject, isMove?: boolean): Place;
  /** Whether anybody else counts in a place that a series has left. */
  isTaken(place: Cell): boolean;
  /** Notes that a series is about to be seen by readers, for the first time or after it was removed. */
  appear(series: Series): void;
  /** The series of a label set of the same metric, made where there is none. */
  sibling(labels: LabelObject): Series;
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
  /** How far each value lies behind the first. */
  offsets: Int32Array = SINGLE;
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

  /** Whether it was seen by readers, and removed. */
  get isRemoved(): boolean {
    return this.index < 0;
  }

  /** Gives the series a place at its first use, or its old place back after it was removed, at 0. */
  activate(): void {
    if (this.index > 0) return;
    this.placer.appear(this);
    if (this.index < 0) {
      const { shard, index, offsets } = this;
      const old = { shard, index: -index, offsets };
      bringBack(old);
      this.share(old);
      return;
    }
    this.share(this.placer.place(this.labels));
  }

  /** The place, for another series to count in as well. */
  activePlace(): Place {
    this.activate();
    return { shard: this.shard, index: this.index, offsets: this.offsets };
  }

  /** Sets all values to 0. */
  zero(): void {
    if (this.index > 0) fill(this, 0, 0);
  }

  /**
   * Marks the series as removed: it keeps its place, and readers of promshard pass it over. The values stay for
   * Python's readers, which do not know the mark: their totals do not fall.
   */
  remove(): void {
    if (this.index <= 0) return;
    const old = { shard: this.shard, index: this.index, offsets: this.offsets };
    this.index = -this.index;
    if (!this.placer.isTaken(old)) fill(old, REMOVED_TIMESTAMP, 1);
  }

  /**
   * Takes a new place with all values, because the keys of its labels are others now. The old place is marked as
   * removed, and holds nothing any more that Python's readers, which do not know the mark, would add up.
   */
  relocate(): void {
    if (this.index <= 0) {
      this.index = 0;
      return;
    }
    const { shard, index, offsets } = this;
    const old = { shard, index, offsets };
    const place = this.placer.place(this.labels, true);
    this.share(place);
    if (place.isShared !== true) this.copyFrom(old);
    if (this.placer.isTaken(old)) return;
    if (addsUp(shard.kind)) fill(old, 0, 0);
    fill(old, REMOVED_TIMESTAMP, 1);
  }

  private copyFrom({ shard, index, offsets }: Place): void {
    offsets.forEach((from, i) => {
      const to = this.index + (this.offsets[i] ?? 0);
      for (const part of [0, 1]) {
        this.shard.f64[to + part] = shard.f64[index + from + part] ?? 0;
        if (this.shard.dirty !== null) this.shard.touch(to + part);
      }
    });
  }

  /** Counts at a place from now on. */
  share({ shard, index, offsets }: Place): void {
    this.shard = shard;
    this.index = index;
    this.offsets = offsets;
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
}

/** Whether two places are one, also where a window on a shard's bytes was made of what had no room. */
export function isSamePlace(a: Cell, b: Cell): boolean {
  return a.shard.f64.buffer === b.shard.f64.buffer && addressOf(a) === addressOf(b);
}

function addressOf({ shard, index }: Cell): number {
  return shard.f64.byteOffset + index * Float64Array.BYTES_PER_ELEMENT;
}

/** Makes a place that was removed as good as new; false where it was not, because another metric counts there. */
export function bringBack(place: Place): boolean {
  if (place.shard.f64[place.index + 1] !== REMOVED_TIMESTAMP) return false;
  fill(place, 0, 0);
  fill(place, 0, 1);
  return true;
}

/** Whether readers add what several writers have of it. */
function addsUp(shard: ShardKind): boolean {
  if (shard.kind === 'gauge') return shard.mode === 'sum' || shard.mode === 'livesum';
  return shard.kind !== 'stateset';
}

/** @param part - 0 for the values, 1 for the timestamps behind them. */
function fill({ shard, index, offsets }: Place, number: number, part: 0 | 1): void {
  for (const offset of offsets) {
    shard.f64[index + offset + part] = number;
    if (shard.dirty !== null) shard.touch(index + offset + part);
  }
}
