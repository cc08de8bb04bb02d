import {
  binPosition,
  binSuffix,
  coarsestScale,
  goFloat,
  isCount,
  positionValue,
  rankOf,
  SKETCH_FINEST_SCALE,
  type SketchBin,
} from '@promshard/shard-format';
import { newLine, sampleOf, type Line } from './line.js';
import type { SampleList } from './sample-list.js';
import type { Slot, SlotTable } from './slot-table.js';
import type { Label } from './snapshot.js';

interface SlottedBin {
  readonly bin: SketchBin;
  readonly slot: Slot;
}

/**
 * The sketches of one label set of a summary, of all writers together. The bins' order is kept from scrape to scrape, and
 * made anew only where there are more bins or the coarsest scale is another.
 */
export class SketchSeries {
  readonly order: string;
  readonly #name: string;
  readonly #labels: readonly Label[];
  readonly #bins = new Map<string, SlottedBin>();
  readonly #lines = new Map<number, Line>();
  #scale = SKETCH_FINEST_SCALE;
  #ordered: readonly SlottedBin[] = [];

  constructor(name: string, labels: readonly Label[], order: string) {
    this.order = order;
    this.#name = name;
    this.#labels = labels;
  }

  /** The slot of a bin, made where the bin is new. */
  slotOf(bin: SketchBin, slots: SlotTable): Slot {
    const suffix = binSuffix(bin);
    let known = this.#bins.get(suffix);
    if (known === undefined) {
      known = { bin, slot: slots.add() };
      this.#bins.set(suffix, known);
      this.#ordered = [];
    }
    return known.slot;
  }

  /** Whether any entry fed a bin. */
  isFed(slots: SlotTable): boolean {
    return [...this.#bins.values()].some(({ slot }) => slots.isFed(slot));
  }

  /** Appends a sample for each quantile, ascending; none where nothing was counted. */
  pushSamples(slots: SlotTable, quantiles: readonly number[], samples: SampleList): void {
    if (quantiles.length === 0) return;
    const counted = (slot: Slot): number => {
      const count = slots.value(slot, 'sum');
      return slots.isFed(slot) && isCount(count) ? count : 0;
    };
    let total = 0;
    let scale = SKETCH_FINEST_SCALE;
    for (const { bin, slot } of this.#bins.values()) {
      const count = counted(slot);
      if (count === 0) continue;
      total += count;
      if (bin.sign !== 0 && bin.scale < scale) scale = bin.scale;
    }
    if (total === 0) return;
    this.#arrange(scale);
    let next = 0;
    let before = 0;
    let current: SketchBin | undefined;
    for (const quantile of quantiles) {
      const rank = rankOf(quantile, total);
      while (next < this.#ordered.length && (current === undefined || before < rank)) {
        const slotted = this.#ordered[next++];
        const count = slotted === undefined ? 0 : counted(slotted.slot);
        if (count === 0) continue;
        before += count;
        current = slotted?.bin;
      }
      const value = current === undefined ? 0 : positionValue(binPosition(current, scale), scale);
      samples.push(sampleOf(this.#line(quantile), value));
    }
  }

  #arrange(scale: number): void {
    if (this.#ordered.length === this.#bins.size && this.#scale === scale) return;
    // Bins that are empty now may be coarser still: they stand where their own scale puts them, and count nothing.
    const position = ({ bin }: SlottedBin): number => binPosition(bin, Math.min(scale, coarsestScale([bin])));
    this.#ordered = [...this.#bins.values()].toSorted((a, b) => position(a) - position(b));
    this.#scale = scale;
  }

  #line(quantile: number): Line {
    let line = this.#lines.get(quantile);
    if (line === undefined) {
      const labels: Label[] = [...this.#labels, ['quantile', goFloat(quantile)]];
      line = newLine(this.#name, labels);
      this.#lines.set(quantile, line);
    }
    return line;
  }
}
