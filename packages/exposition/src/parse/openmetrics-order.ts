import type { MetricType } from '../model.js';
import { ExpositionParseError } from './exposition-parse-error.js';
import { labelSetKey } from './label-set.js';
import type { SampleLine } from './sample-line.js';

/**
 * Keeps order within an OpenMetrics family: all samples of one label set together, and their timestamps, if there
 * are any, never going back. One label set may have several points, told apart by their timestamps; where two
 * timestamps are equal the points are taken for neighbours closer than the clock's resolution, as OpenMetrics'
 * own test data has them.
 */
export class PointOrder {
  readonly #wireName: string;
  readonly #type: MetricType;
  readonly #seenGroups = new Set<string>();
  readonly #seenSeries = new Set<string>();
  #group: string | undefined;
  #timestampMs: number | undefined;
  readonly #pointSeries = new Set<string>();

  constructor(wireName: string, type: MetricType) {
    this.#wireName = wireName;
    this.#type = type;
  }

  /**
   * @returns `same` if the sample belongs to the point of the sample before it, `next` if it starts a new one.
   */
  add({ sample, place }: SampleLine): 'same' | 'next' {
    const group = labelSetKey(sample.labels, this.#pointLabel(sample.name));
    const series = sample.name + labelSetKey(sample.labels);
    const isNewGroup = group !== this.#group;
    if (isNewGroup && this.#seenGroups.has(group)) {
      if (this.#seenSeries.has(series)) throw duplicate(place);
      const problem = 'expected all samples of a label set together, got one more after another label set';
      throw new ExpositionParseError('interleaved-series', place, problem);
    }
    if (!isNewGroup) this.#checkTime(sample.timestampMs, place);
    const isNewPoint = isNewGroup || sample.timestampMs !== this.#timestampMs;
    if (isNewPoint) this.#pointSeries.clear();
    else if (sample.timestampMs === undefined && this.#pointSeries.has(series)) throw duplicate(place);

    this.#seenGroups.add(group);
    this.#seenSeries.add(series);
    this.#pointSeries.add(series);
    this.#group = group;
    this.#timestampMs = sample.timestampMs;
    return isNewPoint ? 'next' : 'same';
  }

  #checkTime(timestampMs: number | undefined, place: SampleLine['place']): void {
    const previous = this.#timestampMs;
    if ((timestampMs === undefined) !== (previous === undefined)) {
      const problem = 'expected timestamps on all samples of a label set or on none';
      throw new ExpositionParseError('timestamp-order', place, problem);
    }
    if (timestampMs !== undefined && previous !== undefined && timestampMs < previous) {
      const problem = 'expected timestamps of a label set to ascend, got an earlier one';
      throw new ExpositionParseError('timestamp-order', place, problem);
    }
  }

  /** The label that tells the samples of one point apart, and is no part of the metric's own labels. */
  #pointLabel(sampleName: string): string | undefined {
    switch (this.#type) {
      case 'histogram':
      case 'gaugehistogram':
        return sampleName.endsWith('_bucket') ? 'le' : undefined;
      case 'summary':
        return sampleName === this.#wireName ? 'quantile' : undefined;
      case 'stateset':
        return this.#wireName;
      case 'counter':
      case 'gauge':
      case 'info':
      case 'unknown':
        return undefined;
    }
  }
}

function duplicate(place: SampleLine['place']): ExpositionParseError {
  return new ExpositionParseError(
    'duplicate-series',
    place,
    'expected each name and label set once, got one again',
  );
}
