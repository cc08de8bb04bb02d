/**
 * What a family measures, in OpenMetrics' terms. Text 0.0.4 knows fewer types: see `TEXT_FORMS` for how each
 * is shown there.
 */
export type MetricType =
  | 'counter'
  | 'gauge'
  | 'histogram'
  | 'gaugehistogram'
  | 'summary'
  | 'info'
  | 'stateset'
  | 'unknown';

/** One label: name, then value. Names are unique within a series. */
export type LabelPair = readonly [name: string, value: string];

/** A reference from a sample to something outside of the metrics, such as the trace of one request. */
export interface Exemplar {
  readonly labels: readonly LabelPair[];
  readonly value: number;
  /** Unix time in milliseconds; fractions are allowed. */
  readonly timestampMs?: number;
}

/** One line of an exposition. */
export interface Sample {
  /** The full name: `jobs_total`, `x_bucket`, `x_sum`. */
  readonly name: string;
  /**
   * The labels in the order in which they are written. The renderers remember what they wrote for an array, by
   * its identity: an array that has been rendered must not be changed afterwards.
   */
  readonly labels: readonly LabelPair[];
  readonly value: number;
  /** Unix time in milliseconds; left out by exposers that report the present. */
  readonly timestampMs?: number;
  readonly exemplar?: Exemplar;
}

/** All series of one metric name. */
export interface MetricFamily {
  /** OpenMetrics' name: of a counter without `_total`, of an info without `_info`. */
  readonly name: string;
  readonly type: MetricType;
  /** Empty where there is none. */
  readonly help: string;
  /** The unit, which is also the last word of the name: `seconds` of `task_duration_seconds`. */
  readonly unit?: string;
  /** All samples of one label set stand together, buckets ascending. */
  readonly samples: readonly Sample[];
}

/** What the renderers take; the aggregator's snapshot is one. */
export interface Exposable {
  readonly families: readonly MetricFamily[];
}
