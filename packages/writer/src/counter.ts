import { format } from 'node:util';

import type { CellEntries } from './cell-entries.js';
import { makeExemplar, type Exemplar, type ExemplarLabels } from './exemplar.js';
import type { LabelObject } from './label-tree.js';
import type { CounterConfiguration, LabelValues, MetricValue } from './metric-configuration.js';
import { Metric } from './metric.js';
import type { GivenLabels, SeriesExemplars } from './series-exemplars.js';
import { SeriesKeys, type LabelTexts } from './series-keys.js';
import { Series, type SeriesPlacer } from './series.js';
import type { Shard } from './shard.js';
import { unixSeconds } from './stopwatch.js';

/** prom-client's data object for a counter with exemplars. */
export interface IncreaseData<T extends string> {
  readonly value?: number;
  readonly labels?: LabelValues<T>;
  /** By default the series keeps the exemplar that it has. */
  readonly exemplarLabels?: ExemplarLabels;
}

/** One series of a counter. */
export class CounterChild extends Series {
  /**
   * Adds to the count.
   *
   * @param value - Finite and not negative; 1 by default.
   */
  inc(value: number = 1): void {
    let amount = value;
    // False for NaN and for whatever is no number, too.
    if (!(typeof amount === 'number' && amount >= 0 && amount < Infinity)) amount = checkAmount(amount);
    if (this.index <= 0) this.activate();
    const { shard, index } = this;
    shard.f64[index] = (shard.f64[index] ?? 0) + amount;
    if (shard.dirty !== null) shard.touch(index);
  }
}

/** A series of a counter that keeps exemplars: a class of its own, so that others pay nothing for it. */
class TracedCounterChild extends CounterChild {
  private readonly exemplars: SeriesExemplars;

  constructor(placer: SeriesPlacer, labels: LabelObject, shard: Shard, exemplars: SeriesExemplars) {
    super(placer, labels, shard);
    this.exemplars = exemplars;
  }

  /** Adds, and keeps the active span, if there is one. */
  override inc(value: number = 1): void {
    super.inc(value);
    this.exemplars.take(0, value ?? 1);
  }

  override relocate(): void {
    super.relocate();
    this.exemplars.forget();
  }

  /** Adds, and keeps these labels. */
  incWith(value: number, labels: GivenLabels): void {
    super.inc(value);
    this.exemplars.keep(0, value, labels);
  }
}

/** A value that only ever grows, added up over all processes. */
export class Counter<T extends string = string> extends Metric<T, CounterChild> {
  private keys: SeriesKeys;
  private readonly exemplars = new Map<CounterChild, Exemplar>();

  constructor(configuration: CounterConfiguration<T, Counter<T>>) {
    super(configuration, { type: 'counter', shard: { kind: 'counter' } });
    this.keys = this.newKeys();
    this.begin();
  }

  /** Adds to the series without labels. */
  inc(value?: number): void;
  /** Adds to the series of these labels. */
  inc(labels: LabelValues<T>, value?: number): void;
  /**
   * With `enableExemplars`: adds, and keeps an exemplar: its labels, or the active span of OpenTelemetry.
   *
   * @throws RangeError, after it has added, where the exemplar's labels are longer than OpenMetrics allows.
   */
  inc(data: IncreaseData<T>): void;
  inc(labels?: number | LabelValues<T> | IncreaseData<T> | null, value?: number): void {
    if (typeof labels !== 'object' || labels === null) {
      (this.bare ?? this.bareSeries()).inc(labels ?? 1);
      return;
    }
    if (this.enableExemplars && value === undefined) {
      this.incData(labels);
      return;
    }
    const child =
      this.tree.find(labels as LabelObject) ??
      this.seriesOf(labels as LabelObject, () => checkAmount(value ?? 1));
    child.inc(value);
  }

  /** The series of an object of labels, or of one value for each label name. */
  labels(labels: LabelValues<T>): CounterChild;
  labels(...values: (string | number)[]): CounterChild;
  labels(...args: unknown[]): CounterChild {
    return this.seriesFor(args);
  }

  private incData({ labels = {}, value = 1, exemplarLabels }: IncreaseData<T>): void {
    const child = this.tree.find(labels) ?? this.seriesOf(labels, () => checkAmount(value));
    if (exemplarLabels === undefined || !(child instanceof TracedCounterChild)) {
      child.inc(value);
      return;
    }
    child.incWith(value, exemplarLabels);
    this.exemplars.set(child, makeExemplar(exemplarLabels, value, unixSeconds()));
  }

  protected override drop(child: CounterChild): void {
    super.drop(child);
    this.exemplars.delete(child);
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
    const family = this.declaredName.replace(/_total$/, '');
    return new SeriesKeys(family, [`${family}_total`], this.help, this.keyNames);
  }

  protected newSeries(labels: LabelObject): CounterChild {
    const child = this.enableExemplars
      ? new TracedCounterChild(this, labels, this.shard, this.exemplarsOf(labels))
      : new CounterChild(this, labels, this.shard);
    child.activate();
    return child;
  }

  protected valuesOf(child: CounterChild): MetricValue<T>[] {
    if (!child.isThere) return [];
    const exemplar = this.exemplars.get(child);
    const sample = { value: child.read(0), labels: { ...child.labels } as LabelValues<T> };
    return [exemplar === undefined ? sample : { ...sample, exemplar }];
  }
}

/** Says what prom-client says of a wrong amount; null counts as 1, as there. */
function checkAmount(value: unknown): number {
  if (value === null) return 1;
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw new TypeError(`Value is not a valid number: ${format(value)}`);
  }
  if (value < 0) throw new Error('It is not possible to decrease a counter');
  return value;
}
