import { format } from 'node:util';

import type { LabelObject } from './label-tree.js';
import type { CounterConfiguration, LabelValues, MetricValue } from './metric-configuration.js';
import { Metric } from './metric.js';
import { SeriesKeys, type LabelTexts } from './series-keys.js';
import { Series } from './series.js';

/** prom-client's data object for a counter with exemplars; the exemplar itself does not reach the shards. */
export interface IncreaseData<T extends string> {
  readonly value?: number;
  readonly labels?: LabelValues<T>;
  readonly exemplarLabels?: Readonly<Record<string, string | number>>;
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

/** A value that only ever grows, added up over all processes. */
export class Counter<T extends string = string> extends Metric<T, CounterChild> {
  private readonly keys: SeriesKeys;

  constructor(configuration: CounterConfiguration<T, Counter<T>>) {
    super(configuration, { type: 'counter', shard: { kind: 'counter' } });
    const family = this.name.replace(/_total$/, '');
    this.keys = new SeriesKeys(family, [`${family}_total`], this);
    this.begin();
  }

  /** Adds to the series without labels. */
  inc(value?: number): void;
  /** Adds to the series of these labels. */
  inc(labels: LabelValues<T>, value?: number): void;
  /** With `enableExemplars`: adds, and drops the exemplar. */
  inc(data: IncreaseData<T>): void;
  inc(labels?: number | LabelValues<T> | IncreaseData<T> | null, value?: number): void {
    if (typeof labels !== 'object' || labels === null) {
      (this.bare ?? this.bareSeries()).inc(labels ?? 1);
      return;
    }
    if (this.enableExemplars) {
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

  private incData({ labels, value = 1 }: IncreaseData<T>): void {
    const child = labels === undefined ? this.bareSeries() : this.seriesOf(labels, () => checkAmount(value));
    child.inc(value);
  }

  protected keysOf(labels: LabelTexts): readonly string[] {
    return this.keys.of(labels);
  }

  protected newSeries(labels: LabelObject): CounterChild {
    const child = new CounterChild(this, labels, this.shard);
    child.activate();
    return child;
  }

  protected valuesOf(child: CounterChild): MetricValue<T>[] {
    return child.isThere ? [{ value: child.read(0), labels: { ...child.labels } as LabelValues<T> }] : [];
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
