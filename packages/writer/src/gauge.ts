import { format } from 'node:util';

import type { GaugeMode } from '@promshard/shard-format';

import type { CellEntries } from './cell-entries.js';
import { gaugeModeOf } from './gauge-mode.js';
import type { LabelObject } from './label-tree.js';
import type { GaugeConfiguration, LabelValues, MetricValue } from './metric-configuration.js';
import { Metric } from './metric.js';
import { SeriesKeys, type LabelTexts } from './series-keys.js';
import { Series, type SeriesPlacer } from './series.js';
import type { Shard } from './shard.js';
import { startStopwatch, unixSeconds } from './stopwatch.js';

/** One series of a gauge. It exists from its first `set`, `inc` or `dec`. */
export class GaugeChild extends Series {
  private readonly isTimed: boolean;

  /** @param isTimed - Whether the time of the last change decides which process's value counts. */
  constructor(placer: SeriesPlacer, labels: LabelObject, shard: Shard, isTimed: boolean) {
    super(placer, labels, shard);
    this.isTimed = isTimed;
  }

  /** Takes a value. */
  set(value: number): void {
    if (typeof value !== 'number') throw invalid('Value', value);
    if (this.index <= 0) this.activate();
    const { shard, index } = this;
    shard.f64[index] = value;
    if (this.isTimed) shard.f64[index + 1] = unixSeconds();
    if (shard.dirty !== null) this.touch();
  }

  /** Adds; 1 by default. */
  inc(value: number = 1): void {
    if (typeof value !== 'number') throw invalid('Delta', value);
    if (this.index <= 0) this.activate();
    const { shard, index } = this;
    shard.f64[index] = (shard.f64[index] ?? 0) + value;
    if (this.isTimed) shard.f64[index + 1] = unixSeconds();
    if (shard.dirty !== null) this.touch();
  }

  /** Takes away; 1 by default. */
  dec(value: number = 1): void {
    if (typeof value !== 'number') throw invalid('Delta', value);
    this.inc(-value);
  }

  /** Takes the current time in unix seconds. */
  setToCurrentTime(): void {
    this.set(unixSeconds());
  }

  /**
   * Starts a timer; the result, when called, sets the gauge to the seconds since and returns them. Labels that it is
   * given are added to those of the series.
   */
  startTimer(): (labels?: LabelObject) => number {
    const elapsed = startStopwatch();
    return (endLabels) => {
      const seconds = elapsed();
      const series = endLabels === undefined ? this : this.placer.sibling({ ...this.labels, ...endLabels });
      (series as GaugeChild).set(seconds);
      return seconds;
    };
  }

  private touch(): void {
    this.shard.touch(this.index);
    // Value and timestamp may lie in two blocks.
    if (this.isTimed) this.shard.touch(this.index + 1);
  }
}

/** A value that goes up and down; its mode says how the values of several processes combine. */
export class Gauge<T extends string = string> extends Metric<T, GaugeChild> {
  /** The mode under which the gauge is kept, or `omit` where no shard holds it. */
  readonly multiprocessMode: GaugeMode | 'omit';
  private keys: SeriesKeys;

  constructor(configuration: GaugeConfiguration<T, Gauge<T>>) {
    const { name, help, multiprocessMode, aggregator } = Object(configuration) as GaugeConfiguration<T>;
    // What else is missing is told first, by what all metrics share.
    const mode = name && help ? gaugeModeOf(name, multiprocessMode, aggregator) : 'all';
    super(configuration, { type: 'gauge', shard: { kind: 'gauge', mode: mode === 'omit' ? 'all' : mode } });
    this.multiprocessMode = mode;
    this.keys = this.newKeys();
    this.begin();
  }

  /** Sets the series without labels. */
  set(value: number): void;
  /** Sets the series of these labels. */
  set(labels: LabelValues<T>, value: number): void;
  set(labels: number | LabelObject, value?: number): void {
    if (typeof labels !== 'object' || labels === null) (this.bare ?? this.bareSeries()).set(labels);
    else this.child(labels, 'Value', value).set(value as number);
  }

  /** Adds to the series without labels. */
  inc(value?: number): void;
  /** Adds to the series of these labels. */
  inc(labels: LabelValues<T>, value?: number): void;
  inc(labels?: number | LabelObject, value?: number): void {
    if (typeof labels !== 'object' || labels === null) (this.bare ?? this.bareSeries()).inc(labels);
    else this.child(labels, 'Delta', value === undefined ? 1 : value).inc(value);
  }

  /** Takes away from the series without labels. */
  dec(value?: number): void;
  /** Takes away from the series of these labels. */
  dec(labels: LabelValues<T>, value?: number): void;
  dec(labels?: number | LabelObject, value?: number): void {
    if (typeof labels !== 'object' || labels === null) (this.bare ?? this.bareSeries()).dec(labels);
    else this.child(labels, 'Delta', value === undefined ? 1 : value).dec(value);
  }

  /** Takes the current time in unix seconds. */
  setToCurrentTime(labels?: LabelValues<T>): void {
    if (labels === undefined) this.set(unixSeconds());
    else this.set(labels, unixSeconds());
  }

  /** Starts a timer; the result, when called, sets the gauge to the seconds since and returns them. */
  startTimer(labels?: LabelValues<T>): (labels?: LabelValues<T>) => number {
    const elapsed = startStopwatch();
    return (endLabels) => {
      const seconds = elapsed();
      this.set(Object.assign({}, labels, endLabels), seconds);
      return seconds;
    };
  }

  /** The series of an object of labels, or of one value for each label name. */
  labels(labels: LabelValues<T>): GaugeChild;
  labels(...values: (string | number)[]): GaugeChild;
  labels(...args: unknown[]): GaugeChild {
    return this.seriesFor(args);
  }

  private child(labels: LabelObject, what: string, value: unknown): GaugeChild {
    const child = this.tree.find(labels);
    if (child !== undefined) return child;
    if (typeof value !== 'number') throw invalid(what, value);
    return this.seriesOf(labels);
  }

  protected keysOf(labels: LabelTexts): readonly string[] {
    return this.currentKeys().of(labels);
  }

  protected override entriesOf(labels: LabelTexts): CellEntries {
    return this.currentKeys().entriesOf(labels);
  }

  private currentKeys(): SeriesKeys {
    if (this.keys.labelNames !== this.keyNames) this.keys = this.newKeys();
    return this.keys;
  }

  private newKeys(): SeriesKeys {
    return new SeriesKeys(this.declaredName, [this.declaredName], this.help, this.keyNames);
  }

  protected newSeries(labels: LabelObject): GaugeChild {
    return new GaugeChild(this, labels, this.shard, this.isTimed);
  }

  protected valuesOf(child: GaugeChild): MetricValue<T>[] {
    // Without label names a gauge is listed at 0 before its first use, as in prom-client.
    if (child.isRemoved || (!child.isThere && this.labelNames.length > 0)) return [];
    return [{ value: child.read(0), labels: { ...child.labels } as LabelValues<T> }];
  }

  private get isTimed(): boolean {
    return this.multiprocessMode === 'mostrecent' || this.multiprocessMode === 'livemostrecent';
  }
}

function invalid(what: string, value: unknown): TypeError {
  return new TypeError(`${what} is not a valid number: ${format(value)}`);
}
