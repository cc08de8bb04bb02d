import type { GaugeMode, StateSetMode } from '@promshard/shard-format';
import type { MetricType } from 'prom-client';

import type { Exemplar } from './exemplar.js';
import type { ShardStore } from './shard-store.js';

/** Values for some or all of a metric's labels. */
export type LabelValues<T extends string> = Partial<Record<T, string | number>>;

/** prom-client's ways to combine the values of several processes. */
export type Aggregator = 'omit' | 'sum' | 'first' | 'min' | 'max' | 'average';

/** What a metric needs of a registry: prom-client's has it, and so have its successors'. */
export interface MetricRegistry {
  registerMetric(metric: never): void;
  getSingleMetric?(name: string): unknown;
  readonly contentType: string;
}

/** Called before the metric's local values are read, as in prom-client; `this` is the metric. */
export type CollectFunction<Metric> = (this: Metric) => void | Promise<void>;

/** One value of a metric, as registries read it. */
export interface MetricValue<T extends string> {
  readonly labels: LabelValues<T>;
  readonly value: number;
  /** The sample's name where it is not the metric's. */
  readonly metricName?: string;
  /** On buckets, and on counters that have one; null on a bucket that has none. */
  readonly exemplar?: Exemplar | null | undefined;
}

/** A value of which the labels of its series stand apart. */
export interface SharedLabelValue<T extends string> extends Omit<MetricValue<T>, 'labels'> {
  readonly labels: { readonly le?: string | number };
  readonly sharedLabels: LabelValues<T>;
}

/**
 * A metric's local values, as registries read them. It has prom-client's type, so that a metric from here goes where
 * one of prom-client is asked for; as there, `type` is a text at run time (`counter`), and `collect` is not there.
 */
export interface MetricObject<T extends string, Value = MetricValue<T>> {
  readonly help: string;
  readonly name: string;
  readonly type: MetricType;
  readonly values: Value[];
  readonly aggregator: Aggregator;
  readonly collect: () => void | Promise<void>;
}

/** What every metric is declared with: prom-client's object, and `store`. */
export interface MetricConfiguration<T extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames?: readonly T[];
  /**
   * What is measured: `seconds`, `bytes`. It must be what the name ends in (a counter's before `_total`). The exporter shows
   * the unit in OpenMetrics by the name, with or without this.
   */
  readonly unit?: string | undefined;
  /** By default prom-client's global `register`. */
  readonly registers?: readonly MetricRegistry[] | undefined;
  /**
   * For a gauge, how processes combine (see `multiprocessMode`). Other types always add up; `omit` keeps a metric of
   * any type out of the shards.
   */
  readonly aggregator?: Aggregator | undefined;
  /**
   * Counters and histograms keep exemplars: labels that are given with a value (`exemplarLabels`), or else the active span of
   * OpenTelemetry.
   */
  readonly enableExemplars?: boolean | undefined;
  /** The store that the metric belongs to; by default the thread's. */
  readonly store?: ShardStore | undefined;
}

/** Declares a counter. */
export interface CounterConfiguration<T extends string, Self = unknown> extends MetricConfiguration<T> {
  readonly collect?: CollectFunction<Self> | undefined;
}

/** A gauge's own part of its declaration: one of the two must be there. */
export type GaugeCombination =
  | {
      /** How the values of several processes combine. */
      readonly multiprocessMode: GaugeMode;
    }
  | {
      readonly multiprocessMode?: undefined;
      /** prom-client's option, in place of `multiprocessMode`. */
      readonly aggregator: Aggregator;
    };

/** Declares a gauge. */
export type GaugeConfiguration<T extends string, Self = unknown> = MetricConfiguration<T> & {
  readonly collect?: CollectFunction<Self> | undefined;
} & GaugeCombination;

/** Declares a histogram. */
export interface HistogramConfiguration<T extends string, Self = unknown> extends MetricConfiguration<T> {
  /** Upper bounds; sorted, and `+Inf` added, where they are not. */
  readonly buckets?: readonly number[] | undefined;
  readonly collect?: CollectFunction<Self> | undefined;
}

/** Declares an info. */
export interface InfoConfiguration<T extends string, Self = unknown> extends MetricConfiguration<T> {
  readonly collect?: CollectFunction<Self> | undefined;
}

/** Declares a state set. */
export interface StateSetConfiguration<T extends string, Self = unknown> extends MetricConfiguration<T> {
  /** All states that there are, at least one. */
  readonly states: readonly string[];
  /** How the states of several living processes combine; by default `liveall`: each process by itself. */
  readonly multiprocessMode?: StateSetMode | undefined;
  readonly collect?: CollectFunction<Self> | undefined;
}

/** Declares a summary. `maxAgeSeconds` and those below it are accepted as prom-client does, and have no effect. */
export interface SummaryConfiguration<T extends string, Self = unknown> extends MetricConfiguration<T> {
  /** The quantiles to show, from 0 to 1; by default prom-client's seven. With none there is no sketch to keep. */
  readonly percentiles?: readonly number[] | undefined;
  /** How far a quantile may be from the exact one, as a share of it; by default 0.011. Half of it takes twice the room. */
  readonly relativeError?: number | undefined;
  readonly maxAgeSeconds?: number | undefined;
  readonly ageBuckets?: number | undefined;
  readonly pruneAgedBuckets?: boolean | undefined;
  readonly compressCount?: number | undefined;
  readonly collect?: CollectFunction<Self> | undefined;
}
