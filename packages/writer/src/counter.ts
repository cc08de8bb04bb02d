import { format } from 'node:util';

import { encodeKey } from '@promshard/shard-format';

import { makeExemplar, type Exemplar, type ExemplarLabels } from './exemplar.js';
import type { LabelObject } from './label-tree.js';
import type { CounterConfiguration, LabelValues, MetricValue } from './metric-configuration.js';
import { Metric } from './metric.js';
import { Series } from './series.js';
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

/** A value that only ever grows, added up over all processes. */
export class Counter<T extends string = string> extends Metric<T, CounterChild> {
  private readonly family: string;
  private readonly exemplars = new Map<CounterChild, Exemplar>();

  constructor(configuration: CounterConfiguration<T, Counter<T>>) {
    super(configuration, { type: 'counter', shard: { kind: 'counter' } });
    this.family = this.name.replace(/_total$/, '');
    this.begin();
  }

  /** Adds to the series without labels. */
  inc(value?: number): void;
  /** Adds to the series of these labels. */
  inc(labels: LabelValues<T>, value?: number): void;
  /**
   * With `enableExemplars`: adds, and keeps an exemplar for the metric's own registry.
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
    child.inc(value);
    if (exemplarLabels !== undefined) {
      this.exemplars.set(child, makeExemplar(exemplarLabels, value, unixSeconds()));
    }
  }

  protected override drop(child: CounterChild): void {
    super.drop(child);
    this.exemplars.delete(child);
  }

  protected keysOf(labels: Readonly<Record<string, string>>): readonly string[] {
    return [encodeKey({ family: this.family, sample: `${this.family}_total`, labels, help: this.help })];
  }

  protected newSeries(labels: LabelObject): CounterChild {
    const child = new CounterChild(this, labels, this.shard);
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
