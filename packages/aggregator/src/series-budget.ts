import type { SlotTable } from './slot-table.js';

/** What stands for all labels of the series that takes what exceeds the budget; as in the writers. */
export const OVERFLOW_VALUE = '__overflow__';

/**
 * How many series there may be. Who came first stays, so that no counter falls because another series came. What
 * happens to the others is their family's to say.
 */
export class SeriesBudget {
  readonly maxSeries: number;
  readonly #slots: SlotTable;
  /** Series that had room in the catalog before, and did not come up yet. */
  readonly #heirs: Set<string>;
  #together = 0;
  #leftOut = 0;

  /**
   * @param heirs - Names of the series that had room before, in the catalog that this one's takes the place of: they
   *   have it here, in whatever order they come.
   */
  constructor(slots: SlotTable, maxSeries: number, heirs: Iterable<string> = []) {
    this.#slots = slots;
    this.maxSeries = maxSeries;
    this.#heirs = new Set(heirs);
  }

  /** Series that are counted together in one of their family. */
  get together(): number {
    return this.#together;
  }

  /** Series that are not served. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** Whether any new series has room. */
  get hasRoom(): boolean {
    return this.#heirs.size === 0 && this.#slots.size < this.maxSeries;
  }

  /** Asks for room for a new series. */
  admits(name: string): boolean {
    if (this.#heirs.delete(name)) return true;
    return this.#slots.size + this.#heirs.size < this.maxSeries;
  }

  /** Whether a label set that has room may have one more bucket. */
  get hasRoomForBuckets(): boolean {
    return this.#slots.size < 2 * this.maxSeries;
  }

  /** Notes a series that was not admitted. */
  refuse(outcome: 'together' | 'left-out'): void {
    if (outcome === 'together') this.#together++;
    else this.#leftOut++;
  }

  /** Gives up the room of those that had it before and are gone. */
  forgetHeirs(): void {
    this.#heirs.clear();
  }
}
