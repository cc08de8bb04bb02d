import {
  binSuffix,
  coarserIndex,
  finestIndex,
  REMOVED_TIMESTAMP,
  SKETCH_COARSEST_SCALE,
  SKETCH_FINEST_SCALE,
  SMALLEST_MAGNITUDE,
  type CountedBin,
  type SketchBin,
} from '@promshard/shard-format';

import type { Cell, Shard } from './shard.js';

/** The most bins that a sketch makes of one scale; then it goes on at the next coarser one. */
export const MAX_BINS = 512;

/** Gives a bin its place in a shard. */
export type BinPlacer = (suffix: string) => Cell;

/** Cells of neighbouring bins: `cells[i]` is that of bin `first + i`. */
interface Window {
  readonly first: number;
  /** The index of the bin's value in {@link Sketch.shard}; 0 where there is none, negative for a stray. */
  readonly cells: Int32Array;
}

/** The bins of one scale. */
interface Level {
  readonly scale: number;
  positive: Window;
  negative: Window;
  count: number;
}

const EMPTY: Window = { first: 0, cells: new Int32Array(0) };
/** Room to each side of a new bin: the next values are likely near it. */
const MARGIN = 8;

/**
 * Counts the values of one series in bins of relative width, made where values fall. Counting in a bin that is there
 * allocates nothing. Bins are entries that add up, in whatever order, so the sketches of all processes are one.
 *
 * Where values spread over more than {@link MAX_BINS} bins, further ones are counted in bins twice as wide. Those that
 * are there stay, with what they have: nothing that a reader has seen ever moves.
 */
export class Sketch {
  private readonly place: BinPlacer;
  /** Where all bins are but strays. */
  private shard: Shard | null = null;
  /** Bins in other shards: while the disk is full, new entries go to another one. */
  private readonly strays: Cell[] = [];
  private levels: Level[];
  private level: Level;
  /** How many scales the current one is above the finest. */
  private shift: number;
  private zeroCell = 0;

  /** @param scale - To begin with. */
  constructor(scale: number, place: BinPlacer) {
    this.place = place;
    this.level = emptyLevel(scale);
    this.levels = [this.level];
    this.shift = SKETCH_FINEST_SCALE - scale;
  }

  /** Counts a finite value. */
  add(value: number): void {
    const magnitude = value < 0 ? -value : value;
    let cell = 0;
    if (magnitude > SMALLEST_MAGNITUDE) {
      const { first, cells } = value > 0 ? this.level.positive : this.level.negative;
      const at = coarserIndex(finestIndex(magnitude), this.shift) - first;
      if (at >= 0 && at < cells.length) cell = cells[at] ?? 0;
    } else {
      cell = this.zeroCell;
    }
    if (cell === 0) cell = this.makeBin(value, magnitude);
    const { shard } = this;
    if (cell > 0 && shard !== null) {
      const { f64 } = shard;
      f64[cell] = (f64[cell] ?? 0) + 1;
      if (shard.dirty !== null) shard.touch(cell);
    } else {
      this.write(cell, 0, this.read(cell) + 1);
    }
  }

  /** Sets all counts to 0. */
  zero(): void {
    for (const { cell } of this.bins()) this.write(cell, 0, 0);
  }

  /** Marks all bins as removed; the counts stay. */
  remove(): void {
    for (const { cell } of this.bins()) this.write(cell, 1, REMOVED_TIMESTAMP);
  }

  /** Takes the mark back. */
  restore(): void {
    for (const { cell } of this.bins()) this.write(cell, 1, 0);
  }

  /** Moves all counts to new bins, because the keys of the series are others now; the old ones are marked as removed. */
  relocate(): void {
    const move = (cell: number, bin: SketchBin): number => {
      const count = this.read(cell);
      const to = this.newCell(bin);
      this.write(to, 0, count);
      this.write(cell, 0, 0);
      this.write(cell, 1, REMOVED_TIMESTAMP);
      return to;
    };
    if (this.zeroCell !== 0) this.zeroCell = move(this.zeroCell, { sign: 0, scale: 0, index: 0 });
    for (const { scale, positive, negative } of this.levels) {
      for (const [sign, { first, cells }] of [
        [1, positive],
        [-1, negative],
      ] as const) {
        for (const [i, cell] of cells.entries()) {
          if (cell !== 0) cells[i] = move(cell, { sign, scale, index: first + i });
        }
      }
    }
  }

  /** Leaves all bins behind and begins anew. */
  forget(): void {
    const scale = this.levels[0]?.scale ?? this.level.scale;
    this.level = emptyLevel(scale);
    this.levels = [this.level];
    this.shift = SKETCH_FINEST_SCALE - scale;
    this.zeroCell = 0;
  }

  /** The bins and what is in them. */
  counts(): CountedBin[] {
    return Array.from(this.bins(), ({ bin, cell }) => ({ ...bin, count: this.read(cell) }));
  }

  private makeBin(value: number, magnitude: number): number {
    if (magnitude <= SMALLEST_MAGNITUDE) {
      this.zeroCell = this.newCell({ sign: 0, scale: 0, index: 0 });
      return this.zeroCell;
    }
    if (this.level.count === MAX_BINS && this.level.scale > SKETCH_COARSEST_SCALE) {
      this.coarsen();
      // The bin may be there at the coarser scale no more than at the finer one: it has none yet.
    }
    const { level } = this;
    const sign = value > 0 ? 1 : -1;
    const index = coarserIndex(finestIndex(magnitude), this.shift);
    const cell = this.newCell({ sign, scale: level.scale, index });
    const side = sign > 0 ? 'positive' : 'negative';
    level[side] = withCell(level[side], index, cell);
    level.count++;
    return cell;
  }

  private coarsen(): void {
    this.shift++;
    this.level = emptyLevel(this.level.scale - 1);
    this.levels.push(this.level);
  }

  private newCell(bin: SketchBin): number {
    const cell = this.place(binSuffix(bin));
    this.shard ??= cell.shard;
    if (cell.shard === this.shard) return cell.index;
    return -this.strays.push(cell);
  }

  private *bins(): Iterable<{ readonly bin: SketchBin; readonly cell: number }> {
    if (this.zeroCell !== 0) yield { bin: { sign: 0, scale: 0, index: 0 }, cell: this.zeroCell };
    for (const { scale, positive, negative } of this.levels) {
      for (const [i, cell] of positive.cells.entries()) {
        if (cell !== 0) yield { bin: { sign: 1, scale, index: positive.first + i }, cell };
      }
      for (const [i, cell] of negative.cells.entries()) {
        if (cell !== 0) yield { bin: { sign: -1, scale, index: negative.first + i }, cell };
      }
    }
  }

  private read(cell: number): number {
    if (cell > 0) return this.shard?.f64[cell] ?? 0;
    const stray = this.strays[-cell - 1];
    return stray?.shard.f64[stray.index] ?? 0;
  }

  /** @param part - 0 for the count, 1 for the timestamp behind it. */
  private write(cell: number, part: 0 | 1, number: number): void {
    const stray = cell < 0 ? this.strays[-cell - 1] : undefined;
    const shard = stray === undefined ? this.shard : stray.shard;
    const index = (stray === undefined ? cell : stray.index) + part;
    if (shard === null) return;
    shard.f64[index] = number;
    if (shard.dirty !== null) shard.touch(index);
  }
}

function emptyLevel(scale: number): Level {
  return { scale, positive: EMPTY, negative: EMPTY, count: 0 };
}

/** A window that has the cell of one more bin; where it must be longer, with some room for others. */
function withCell({ first, cells }: Window, index: number, cell: number): Window {
  const at = index - first;
  if (at >= 0 && at < cells.length) {
    cells[at] = cell;
    return { first, cells };
  }
  const isEmpty = cells.length === 0;
  const start = isEmpty ? index - MARGIN : Math.min(first, index - MARGIN);
  const end = isEmpty ? index + MARGIN : Math.max(first + cells.length, index + MARGIN);
  const longer = new Int32Array(end - start);
  longer.set(cells, isEmpty ? 0 : first - start);
  longer[index - start] = cell;
  return { first: start, cells: longer };
}
