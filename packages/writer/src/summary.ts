import { format } from 'node:util';

import { encodeKey, quantilesOfBins, quantileSuffix } from '@promshard/shard-format';

import type { LabelObject } from './label-tree.js';
import type { LabelValues, MetricValue, SummaryConfiguration } from './metric-configuration.js';
import { Metric } from './metric.js';
import { checkPercentiles, sketchScale } from './percentiles.js';
import { Series, type SeriesPlacer } from './series.js';
import type { Shard } from './shard.js';
import { Sketch } from './sketch.js';
import { startStopwatch } from './stopwatch.js';

/** One series of a summary: a count, a sum, and a sketch of the values where the summary has quantiles. */
export class SummaryChild extends Series {
  private readonly sketch: Sketch | null;

  constructor(placer: SeriesPlacer, labels: LabelObject, shard: Shard, sketch: Sketch | null) {
    super(placer, labels, shard);
    this.sketch = sketch;
  }

  /** Counts a finite value. */
  observe(value: number): void {
    // Infinity minus itself is not 0, neither is NaN.
    if (typeof value !== 'number' || value - value !== 0) throw invalid(value);
    if (this.index <= 0) this.activate();
    const { shard, index } = this;
    const sum = index + (this.offsets[1] ?? 0);
    const { f64 } = shard;
    f64[index] = (f64[index] ?? 0) + 1;
    f64[sum] = (f64[sum] ?? 0) + value;
    if (shard.dirty !== null) {
      shard.touch(index);
      shard.touch(sum);
    }
    if (this.sketch !== null) this.sketch.add(value);
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
      (series as SummaryChild).observe(seconds);
      return seconds;
    };
  }

  override activate(): void {
    const isBack = this.index < 0;
    super.activate();
    if (isBack) this.sketch?.restore();
  }

  override relocate(): void {
    if (this.isThere) this.sketch?.relocate();
    else this.sketch?.forget();
    super.relocate();
  }

  override zero(): void {
    super.zero();
    if (this.isThere) this.sketch?.zero();
  }

  override remove(): void {
    if (this.isThere) this.sketch?.remove();
    super.remove();
  }

  /** Estimates of quantiles over all that was counted; 0 where nothing was. */
  quantiles(quantiles: readonly number[]): readonly number[] {
    const estimates = this.sketch === null ? undefined : quantilesOfBins(this.sketch.counts(), quantiles);
    return estimates ?? quantiles.map(() => 0);
  }
}

/**
 * The sum and the count of values, and their quantiles, over all processes. A sketch holds how many values there were of
 * about each size, so that the quantiles are those of all values together, within a known relative error.
 */
export class Summary<T extends string = string> extends Metric<T, SummaryChild> {
  /** The quantiles that are shown. */
  readonly percentiles: readonly number[];
  private readonly scale: number;

  constructor(configuration: SummaryConfiguration<T, Summary<T>>) {
    super(configuration, { type: 'summary', shard: { kind: 'summary' }, reservedLabel: 'quantile' });
    this.percentiles = checkPercentiles(this.name, configuration.percentiles);
    this.scale = sketchScale(this.name, configuration.relativeError);
    if (configuration.maxAgeSeconds !== undefined || configuration.ageBuckets !== undefined) {
      this.ignore(
        `Summary ${this.name} asks for a sliding window; its quantiles are over all values since it began. ` +
          'Use a Histogram, and rate() in the query, for those of a time.',
      );
    }
    for (const quantile of this.percentiles) {
      this.placeAside({ kind: 'sketch' }, this.keyOf(quantileSuffix(quantile), {}, this.help));
    }
    this.begin();
  }

  /** Observes in the series without labels. */
  observe(value: number): void;
  /** Observes in the series of these labels. */
  observe(labels: LabelValues<T>, value: number): void;
  observe(labels: number | LabelObject, value?: number): void {
    if (typeof labels !== 'object' || labels === null) {
      (this.bare ?? this.bareSeries()).observe(labels ?? (value as number));
      return;
    }
    const child = this.tree.find(labels) ?? this.seriesOf(labels, () => check(value));
    child.observe(value as number);
  }

  /** Starts a timer; the result, when called, observes the seconds since and returns them. */
  startTimer(labels?: LabelValues<T>): (labels?: LabelValues<T>) => number {
    const elapsed = startStopwatch();
    return (endLabels) => {
      const seconds = elapsed();
      const all: LabelObject = Object.assign({}, labels, endLabels);
      (this.tree.find(all) ?? this.seriesOf(all)).observe(seconds);
      return seconds;
    };
  }

  /** Sets every series to 0; unlike other types' `reset`, none goes away. */
  override reset(): void {
    for (const series of this.series) series.zero();
  }

  /** The series of an object of labels, or of one value for each label name. */
  labels(labels: LabelValues<T>): SummaryChild;
  labels(...values: (string | number)[]): SummaryChild;
  labels(...args: unknown[]): SummaryChild {
    return this.seriesFor(args);
  }

  protected keysOf(labels: Readonly<Record<string, string>>): readonly string[] {
    return ['_count', '_sum'].map((suffix) => this.keyOf(suffix, labels, this.help));
  }

  private keyOf(suffix: string, labels: Readonly<Record<string, string>>, help: string): string {
    return encodeKey({ family: this.declaredName, sample: `${this.declaredName}${suffix}`, labels, help });
  }

  protected newSeries(labels: LabelObject): SummaryChild {
    const child = new SummaryChild(this, labels, this.shard, this.newSketch(labels));
    child.activate();
    return child;
  }

  private newSketch(labels: LabelObject): Sketch | null {
    if (this.percentiles.length === 0) return null;
    // A bin's key has no help text: there are many, and that of the family is in the shard once.
    return new Sketch(this.scale, (suffix) =>
      this.placeAside({ kind: 'sketch' }, this.keyOf(suffix, this.textsOf(labels), '')),
    );
  }

  protected valuesOf(child: SummaryChild): MetricValue<T>[] {
    if (!child.isThere) return [];
    const labels = child.labels as LabelValues<T>;
    const quantiles = child.quantiles(this.percentiles);
    return [
      ...this.percentiles.map((quantile, i) => ({
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- prom-client's type does not know it either
        labels: { quantile, ...labels } as LabelValues<T>,
        value: quantiles[i] ?? 0,
      })),
      { labels: { ...labels }, value: child.read(1), metricName: `${this.name}_sum` },
      { labels: { ...labels }, value: child.read(0), metricName: `${this.name}_count` },
    ];
  }
}

function check(value: unknown): void {
  if (!Number.isFinite(value)) throw invalid(value);
}

function invalid(value: unknown): TypeError {
  return new TypeError(`Value is not a valid number: ${format(value)}`);
}
