import { ExpositionParseError, type Place } from './exposition-parse-error.js';
import { labelValue } from './label-set.js';
import { parseBound } from './number-token.js';
import type { SampleLine } from './sample-line.js';

/**
 * The buckets and the count of one histogram, at one time: ascending, cumulative, up to `+Inf`, which is the
 * count. Both formats demand that.
 */
export class HistogramPoint {
  #bound: number | undefined;
  #cumulative = 0;
  #count: number | undefined;
  #hasNegativeBound = false;
  /** Where the last line of the point is; what is missing is reported there. */
  place: Place;

  constructor(place: Place) {
    this.place = place;
  }

  /** Whether a bucket lies below zero, so that the sum may fall and is no counter. */
  get hasNegativeBound(): boolean {
    return this.#hasNegativeBound;
  }

  /**
   * @returns The bucket's upper bound.
   */
  addBucket({ sample, place, valuePlace }: SampleLine): number {
    const text = labelValue(sample.labels, 'le');
    if (text === undefined)
      throw new ExpositionParseError('missing-label', place, 'a bucket has no label le');
    const bound = parseBound(text);
    if (bound === undefined) {
      throw new ExpositionParseError(
        'bad-bound',
        place,
        'expected le to be a decimal number or +Inf, got neither',
      );
    }
    if (this.#bound !== undefined && !(bound > this.#bound)) {
      throw new ExpositionParseError(
        'bound-order',
        place,
        'expected buckets with ascending le, got one that does not ascend',
      );
    }
    if (sample.value < this.#cumulative) {
      throw new ExpositionParseError(
        'not-cumulative',
        valuePlace,
        'expected at least the value of the bucket below, got less',
      );
    }
    this.#bound = bound;
    this.#cumulative = sample.value;
    this.#hasNegativeBound ||= bound < 0;
    this.place = place;
    return bound;
  }

  addCount({ sample, place }: SampleLine): void {
    this.#count = sample.value;
    this.place = place;
  }

  close(): void {
    if (this.#bound !== Infinity) {
      throw new ExpositionParseError(
        'missing-inf-bucket',
        this.place,
        'a histogram that ends here has no bucket with le="+Inf"',
      );
    }
    if (this.#count !== undefined && !Object.is(this.#count, this.#cumulative)) {
      throw new ExpositionParseError(
        'count-mismatch',
        this.place,
        'expected _count to equal the bucket with le="+Inf"',
      );
    }
  }
}
