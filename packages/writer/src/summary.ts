import { format } from 'node:util';

import { encodeKey } from '@promshard/shard-format';

import type { LabelObject } from './label-tree.js';
import type { LabelValues, MetricValue, SummaryConfiguration } from './metric-configuration.js';
import { Metric } from './metric.js';
import { Series } from './series.js';
import { startStopwatch } from './stopwatch.js';

/** One series of a summary: a count and a sum. */
export class SummaryChild extends Series {
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
}

/**
 * The sum and the count of values, added up over all processes. It has no quantiles: those of several processes
 * cannot be combined from each one's; a histogram's can.
 */
export class Summary<T extends string = string> extends Metric<T, SummaryChild> {
  constructor(configuration: SummaryConfiguration<T, Summary<T>>) {
    super(configuration, { type: 'summary', shard: { kind: 'summary' }, reservedLabel: 'quantile' });
    if (configuration.percentiles !== undefined && configuration.percentiles.length > 0) {
      this.ignore(
        `Summary ${this.name} asks for percentiles; it holds a sum and a count only. Use a Histogram for quantiles.`,
      );
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
    const { declaredName: family, help } = this;
    return ['_count', '_sum'].map((suffix) =>
      encodeKey({ family, sample: `${family}${suffix}`, labels, help }),
    );
  }

  protected newSeries(labels: LabelObject): SummaryChild {
    const child = new SummaryChild(this, labels, this.shard);
    child.activate();
    return child;
  }

  protected valuesOf(child: SummaryChild): MetricValue<T>[] {
    if (!child.isThere) return [];
    const labels = child.labels as LabelValues<T>;
    return [
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
