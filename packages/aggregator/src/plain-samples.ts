import { sampleAfter, type Line } from './line.js';
import type { Pace } from './pace.js';
import type { Slot, SlotTable } from './slot-table.js';
import type { Sample } from './snapshot.js';

/** A series that is one line. */
export interface PlainSeries extends Line {
  readonly slot: Slot;
}

/** Between looks at the clock. */
const SERIES_PER_STRETCH = 512;

/**
 * The samples of series of one line each. What they showed the time before is kept in arrays of numbers, in the order of
 * the output, so that a series which did not change costs no look at its objects: with ten thousand of them each look
 * is a miss of the processor's cache.
 */
export class PlainSamples {
  readonly #slots: SlotTable;
  readonly #valueOf: (slot: Slot) => number;
  #series: readonly PlainSeries[] = [];
  #slotAt = new Int32Array(0);
  #values = new Float64Array(0);
  /** 1 where a series has a sample in `#before`. */
  #isShown = new Uint8Array(0);
  #before: readonly Sample[] = [];
  /** Where in `#before` the samples of the series that come next begin. */
  #at = 0;
  /** The samples of this time, once they differ from those before. */
  #samples: Sample[] | undefined;

  /** @param valueOf - What is shown of a slot that is fed. */
  constructor(slots: SlotTable, valueOf: (slot: Slot) => number) {
    this.#slots = slots;
    this.#valueOf = valueOf;
  }

  /** Takes series among which are those that it had, in the same order. */
  arrange(series: readonly PlainSeries[]): void {
    const slotAt = new Int32Array(series.length);
    const values = new Float64Array(series.length);
    const isShown = new Uint8Array(series.length);
    let known = 0;
    for (let i = 0; i < series.length; i++) {
      const line = series[i] as PlainSeries;
      slotAt[i] = line.slot;
      if (line !== this.#series[known]) continue;
      values[i] = this.#values[known] ?? 0;
      isShown[i] = this.#isShown[known] ?? 0;
      known++;
    }
    this.#series = series;
    this.#slotAt = slotAt;
    this.#values = values;
    this.#isShown = isShown;
  }

  /**
   * The samples of the series that are fed; the same array as the time before where nothing changed.
   *
   * @param haveExemplars - Whether lines may show more than their value: then each is looked at.
   */
  async take(haveExemplars: boolean, pace: Pace): Promise<readonly Sample[]> {
    const { length } = this.#series;
    this.#at = 0;
    this.#samples = undefined;
    for (let from = 0; from < length; from += SERIES_PER_STRETCH) {
      if (pace.isUp()) await pace.rest();
      this.#takeSome(from, Math.min(length, from + SERIES_PER_STRETCH), haveExemplars);
    }
    this.#before = this.#samples ?? this.#before;
    return this.#before;
  }

  #takeSome(from: number, to: number, haveExemplars: boolean): void {
    const series = this.#series;
    const slotAt = this.#slotAt;
    const values = this.#values;
    const isShown = this.#isShown;
    const before = this.#before;
    let at = this.#at;
    let samples = this.#samples;
    for (let i = from; i < to; i++) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what `arrange` put there
      const slot = slotAt[i] as Slot;
      const wasShown = isShown[i] === 1;
      const sampleBefore = wasShown ? before[at] : undefined;
      if (!this.#slots.isFed(slot)) {
        if (wasShown) {
          samples ??= before.slice(0, at);
          isShown[i] = 0;
          at++;
        }
        continue;
      }
      const value = this.#valueOf(slot);
      if (sampleBefore !== undefined && !haveExemplars && Object.is(values[i], value)) {
        samples?.push(sampleBefore);
        at++;
        continue;
      }
      const line = series[i];
      if (line === undefined) continue;
      const sample =
        sampleBefore === undefined || haveExemplars
          ? sampleAfter(sampleBefore, line, value)
          : { name: sampleBefore.name, labels: sampleBefore.labels, value };
      if (sample !== sampleBefore) samples ??= before.slice(0, at);
      samples?.push(sample);
      if (wasShown) at++;
      isShown[i] = 1;
      values[i] = value;
    }
    this.#at = at;
    this.#samples = samples;
  }
}
