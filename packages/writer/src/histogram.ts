import { format } from 'node:util';

import { BucketKeys } from './bucket-keys.js';
import { bucketBounds, bucketOf, DEFAULT_BUCKETS } from './bucket-bounds.js';
import type { CellEntries } from './cell-entries.js';
import { makeExemplar, type Exemplar, type ExemplarLabels } from './exemplar.js';
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
import { startStopwatch, unixSeconds } from './stopwatch.js';

/** prom-client's data object for a histogram with exemplars. */
export interface ObserveData<T extends string> {
  readonly value: number;
  readonly labels?: LabelValues<T>;
  /** By default, and where there are none, the bucket keeps the exemplar that it has. */
  readonly exemplarLabels?: ExemplarLabels;
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

  /**
   * Starts a timer; the result, when called, observes the seconds since and returns them. Labels that it is given are
   * added to those of the series.
   */
  startTimer(): (labels?: LabelObject) => number {
    const elapsed = startStopwatch();
    return (endLabels) => {
      const seconds = elapsed();
      const series = endLabels === undefined ? this : this.placer.sibling({ ...this.labels, ...endLabels });
      (series as HistogramChild).observe(seconds);
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

  override relocate(): void {
    super.relocate();
    this.exemplars.forget();
  }

  /** The bucket's entry: the sum comes before them. */
  private entryOf(value: number): number {
    return 1 + bucketOf(this.bounds, value);
  }
}

/** Counts values by size, added up over all processes. */
export class Histogram<T extends string = string> extends Metric<T, HistogramChild> {
  private readonly bounds: Float64Array;
  private keys: BucketKeys;
  /** By the number of the bucket. */
  private readonly exemplars = new Map<HistogramChild, Map<number, Exemplar>>();

  constructor(configuration: HistogramConfiguration<T, Histogram<T>>) {
    super(configuration, { type: 'histogram', shard: { kind: 'histogram' }, reservedLabel: 'le' });
    this.bounds = bucketBounds(this.name, configuration.buckets ?? DEFAULT_BUCKETS);
    this.keys = this.newKeys();
    this.begin();
  }

  /** Observes in the series without labels. */
  observe(value: number): void;
  /** Observes in the series of these labels. */
  observe(labels: LabelValues<T>, value: number): void;
  /**
   * With `enableExemplars`: observes, and keeps an exemplar: its labels, or the active span of OpenTelemetry.
   *
   * @throws RangeError, after it has counted, where the exemplar's labels are longer than OpenMetrics allows.
   */
  observe(data: ObserveData<T>): void;
  observe(labels: number | LabelValues<T> | ObserveData<T>, value?: number): void {
    if (typeof labels !== 'object' || labels === null) {
      (this.bare ?? this.bareSeries()).observe(labels ?? (value as number));
      return;
    }
    if (this.enableExemplars && value === undefined) {
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
    this.exemplars.delete(series);
  }

  /** Starts a timer; the result, when called, observes the seconds since and returns them. */
  startTimer(
    labels?: LabelValues<T>,
    exemplarLabels?: ExemplarLabels,
  ): (labels?: LabelValues<T>, exemplarLabels?: ExemplarLabels) => number {
    const elapsed = startStopwatch();
    return (endLabels, endExemplarLabels) => {
      const value = elapsed();
      const all: LabelValues<T> = Object.assign({}, labels, endLabels);
      if (this.enableExemplars) {
        this.observeData({ labels: all, value, exemplarLabels: { ...exemplarLabels, ...endExemplarLabels } });
      } else {
        this.sibling(all).observe(value);
      }
      return value;
    };
  }

  /** The series of an object of labels, or of one value for each label name. */
  labels(labels: LabelValues<T>): HistogramChild;
  labels(...values: (string | number)[]): HistogramChild;
  labels(...args: unknown[]): HistogramChild {
    return this.seriesFor(args);
  }

  private observeData({ labels = {}, value, exemplarLabels = {} }: ObserveData<T>): void {
    const child = this.tree.find(labels) ?? this.seriesOf(labels, () => check(value));
    if (!(child instanceof TracedHistogramChild) || Object.keys(exemplarLabels).length === 0) {
      child.observe(value);
      return;
    }
    child.observeWith(value, exemplarLabels);
    const exemplar = makeExemplar(exemplarLabels, value, unixSeconds());
    const ofSeries = this.exemplars.get(child) ?? new Map<number, Exemplar>();
    this.exemplars.set(child, ofSeries.set(bucketOf(this.bounds, value), exemplar));
  }

  protected override drop(child: HistogramChild): void {
    super.drop(child);
    this.exemplars.delete(child);
  }

  protected keysOf(labels: LabelTexts): readonly string[] {
    return this.currentKeys().of(labels);
  }

  protected override entriesOf(labels: LabelTexts): CellEntries {
    return this.currentKeys().entriesOf(labels);
  }

  private currentKeys(): BucketKeys {
    if (this.keys.labelNames !== this.keyNames) this.keys = this.newKeys();
    return this.keys;
  }

  private newKeys(): BucketKeys {
    return new BucketKeys(this.declaredName, this.help, this.bounds, this.keyNames);
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
    return { ...metric, values: this.shown.flatMap((series) => this.samplesOf(series)) };
  }

  private samplesOf(child: HistogramChild): SharedLabelValue<T>[] {
    if (!child.isThere) return [];
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- they were checked against labelNames
    const sharedLabels = child.labels as LabelValues<T>;
    const samples: SharedLabelValue<T>[] = [];
    let count = 0;
    const exemplars = this.exemplars.get(child);
    for (const [i, le] of [...this.bounds, '+Inf'].entries()) {
      count += child.bucket(i);
      const none = le === '+Inf' && this.enableExemplars ? undefined : null;
      const exemplar = exemplars?.get(i) ?? none;
      samples.push({
        labels: { le },
        sharedLabels,
        value: count,
        metricName: `${this.name}_bucket`,
        exemplar,
      });
    }
    const rest = { labels: {}, sharedLabels, exemplar: undefined };
    samples.push({ ...rest, value: child.read(0), metricName: `${this.name}_sum` });
    samples.push({ ...rest, value: count, metricName: `${this.name}_count` });
    return samples;
  }
}

function check(value: unknown): void {
  if (!Number.isFinite(value)) throw invalid(value);
}

function invalid(value: unknown): TypeError {
  return new TypeError(`Value is not a valid number: ${format(value)}`);
}
