import { format } from 'node:util';

import { BucketKeys } from './bucket-keys.js';
import { bucketBounds, bucketOf, DEFAULT_BUCKETS } from './bucket-bounds.js';
import type { LabelObject } from './label-tree.js';
import type {
  HistogramConfiguration,
  LabelValues,
  MetricObject,
  MetricValue,
  SharedLabelValue,
} from './metric-configuration.js';
import { Metric } from './metric.js';
import type { GivenLabels, SeriesExemplars } from './series-exemplars.js';
import { Series } from './series.js';
import type { SeriesPlacer } from './series.js';
import type { LabelTexts } from './series-keys.js';
import type { Shard } from './shard.js';
import { startStopwatch } from './stopwatch.js';

/** prom-client's data object for a histogram with exemplars. */
export interface ObserveData<T extends string> {
  readonly value: number;
  readonly labels?: LabelValues<T>;
  readonly exemplarLabels?: Readonly<Record<string, string | number>>;
}

/** One series of a histogram: a sum, and a count for each bucket. */
export class HistogramChild extends Series {
  protected readonly bounds: Float64Array;

  constructor(placer: SeriesPlacer, labels: LabelObject, shard: Shard, bounds: Float64Array) {
    super(placer, labels, shard);
    this.bounds = bounds;
  }

  /** Counts a finite value. */
  observe(value: number): void {
    // Infinity minus itself is not 0, neither is NaN.
    if (typeof value !== 'number' || value - value !== 0) throw invalid(value);
    if (this.index <= 0) this.activate();
    const { shard, index } = this;
    const bucket = index + (this.offsets[1 + bucketOf(this.bounds, value)] ?? 0);
    const { f64 } = shard;
    f64[index] = (f64[index] ?? 0) + value;
    f64[bucket] = (f64[bucket] ?? 0) + 1;
    if (shard.dirty !== null) {
      shard.touch(index);
      shard.touch(bucket);
    }
  }

  /** Starts a timer; the result, when called, observes the seconds since and returns them. */
  startTimer(): () => number {
    const elapsed = startStopwatch();
    return () => {
      const seconds = elapsed();
      this.observe(seconds);
      return seconds;
    };
  }

  /** What is in a bucket alone, not in those below it. */
  bucket(i: number): number {
    return this.read(1 + i);
  }
}

/** A series of a histogram that keeps exemplars: a class of its own, so that others pay nothing for it. */
class TracedHistogramChild extends HistogramChild {
  private readonly exemplars: SeriesExemplars;

  constructor(
    placer: SeriesPlacer,
    labels: LabelObject,
    shard: Shard,
    bounds: Float64Array,
    exemplars: SeriesExemplars,
  ) {
    super(placer, labels, shard, bounds);
    this.exemplars = exemplars;
  }

  /** Counts a finite value, and keeps the active span, if there is one. */
  override observe(value: number): void {
    super.observe(value);
    this.exemplars.take(this.entryOf(value), value);
  }

  /** Counts a finite value, and keeps these labels. */
  observeWith(value: number, labels: GivenLabels): void {
    super.observe(value);
    this.exemplars.keep(this.entryOf(value), value, labels);
  }

  /** The bucket's entry: the sum comes before them. */
  private entryOf(value: number): number {
    return 1 + bucketOf(this.bounds, value);
  }
}

/** Counts values by size, added up over all processes. */
export class Histogram<T extends string = string> extends Metric<T, HistogramChild> {
  private readonly bounds: Float64Array;
  private readonly keys: BucketKeys;

  constructor(configuration: HistogramConfiguration<T, Histogram<T>>) {
    super(configuration, { type: 'histogram', shard: { kind: 'histogram' }, reservedLabel: 'le' });
    this.bounds = bucketBounds(this.name, configuration.buckets ?? DEFAULT_BUCKETS);
    this.keys = new BucketKeys(this.declaredName, this.help, this.bounds, this.labelNames);
    this.begin();
  }

  /** Observes in the series without labels. */
  observe(value: number): void;
  /** Observes in the series of these labels. */
  observe(labels: LabelValues<T>, value: number): void;
  /** With `enableExemplars`: observes, and keeps an exemplar: its labels, or the active span of OpenTelemetry. */
  observe(data: ObserveData<T>): void;
  observe(labels: number | LabelValues<T> | ObserveData<T>, value?: number): void {
    if (typeof labels !== 'object' || labels === null) {
      (this.bare ?? this.bareSeries()).observe(labels ?? (value as number));
      return;
    }
    if (this.enableExemplars) {
      this.observeData(labels as ObserveData<T>);
      return;
    }
    const child =
      this.tree.find(labels as LabelObject) ?? this.seriesOf(labels as LabelObject, () => check(value));
    child.observe(value as number);
  }

  /** Makes the series of these labels, or sets it to 0. */
  zero(labels: LabelValues<T>): void {
    const series = this.seriesOf(labels);
    series.activate();
    series.zero();
  }

  /** Starts a timer; the result, when called, observes the seconds since and returns them. */
  startTimer(
    labels?: LabelValues<T>,
    exemplarLabels?: GivenLabels,
  ): (labels?: LabelValues<T>, exemplarLabels?: GivenLabels) => number {
    const elapsed = startStopwatch();
    return (endLabels, endExemplarLabels) => {
      const seconds = elapsed();
      const all: LabelObject = Object.assign({}, labels, endLabels);
      const child = this.tree.find(all) ?? this.seriesOf(all);
      const given = { ...exemplarLabels, ...endExemplarLabels };
      if (child instanceof TracedHistogramChild && Object.keys(given).length > 0)
        child.observeWith(seconds, given);
      else child.observe(seconds);
      return seconds;
    };
  }

  /** The series of an object of labels, or of one value for each label name. */
  labels(labels: LabelValues<T>): HistogramChild;
  labels(...values: (string | number)[]): HistogramChild;
  labels(...args: unknown[]): HistogramChild {
    return this.seriesFor(args);
  }

  private observeData({ labels, value, exemplarLabels }: ObserveData<T>): void {
    const child = labels === undefined ? this.bareSeries() : this.seriesOf(labels, () => check(value));
    if (exemplarLabels !== undefined && child instanceof TracedHistogramChild) {
      child.observeWith(value, exemplarLabels);
    } else {
      child.observe(value);
    }
  }

  protected keysOf(labels: LabelTexts): readonly string[] {
    return this.keys.of(labels);
  }

  protected newSeries(labels: LabelObject): HistogramChild {
    const child = this.enableExemplars
      ? new TracedHistogramChild(this, labels, this.shard, this.bounds, this.exemplarsOf(labels))
      : new HistogramChild(this, labels, this.shard, this.bounds);
    child.activate();
    return child;
  }

  protected valuesOf(child: HistogramChild): MetricValue<T>[] {
    return this.samplesOf(child).map(({ sharedLabels, labels, ...sample }) => ({
      ...sample,
      labels: { ...labels, ...sharedLabels },
    }));
  }

  /** As `get`, for registries of prom-client, which write the labels of a series once for all its buckets. */
  async getForPromString(): Promise<MetricObject<T, SharedLabelValue<T>>> {
    const { values: _values, ...metric } = await this.get();
    return { ...metric, values: this.series.flatMap((series) => this.samplesOf(series)) };
  }

  private samplesOf(child: HistogramChild): SharedLabelValue<T>[] {
    if (!child.isThere) return [];
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- they were checked against labelNames
    const sharedLabels = child.labels as LabelValues<T>;
    const samples: SharedLabelValue<T>[] = [];
    let count = 0;
    const add = (suffix: string, value: number, le?: string | number): void => {
      samples.push({
        labels: le === undefined ? {} : { le },
        sharedLabels,
        value,
        metricName: `${this.name}_${suffix}`,
        exemplar: le === undefined ? undefined : null,
      });
    };
    for (const [i, bound] of this.bounds.entries()) add('bucket', (count += child.bucket(i)), bound);
    add('bucket', (count += child.bucket(this.bounds.length)), '+Inf');
    add('sum', child.read(0));
    add('count', count);
    return samples;
  }
}

function check(value: unknown): void {
  if (!Number.isFinite(value)) throw invalid(value);
}

function invalid(value: unknown): TypeError {
  return new TypeError(`Value is not a valid number: ${format(value)}`);
}
