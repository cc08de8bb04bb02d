import type { LabelPolicy, LabelTypesOf } from '@promshard/label-policy';

import { checkLabels } from './check-labels.js';
import type { CounterChild } from './counter.js';
import type { GaugeChild } from './gauge.js';
import type { HistogramChild } from './histogram.js';
import type { InfoChild, InfoValues } from './info.js';
import type {
  CounterConfiguration,
  GaugeConfiguration,
  HistogramConfiguration,
  InfoConfiguration,
  MetricConfiguration,
  StateSetConfiguration,
  SummaryConfiguration,
} from './metric-configuration.js';
import { Counter, Gauge, Histogram, Info, StateSet, Summary } from './registered-metrics.js';
import type { StateSetChild } from './state-set.js';
import type { SummaryChild } from './summary.js';

/** A policy that declares every label. */
export type StrictLabelPolicy = LabelPolicy & { readonly mode: 'strict' };

/** The labels of a metric, each with the values that its policy declares; all must be given. */
type Labels<L, K extends keyof L> = { readonly [N in K]: L[N] };

type Typed<M, Child, L, Own> = Omit<M, keyof Own | 'labels'> & Own & { labels(labels: L): Child };

/** A counter that takes declared labels only. */
export type PolicyCounter<L> = Typed<Counter, CounterChild, L, { inc(labels: L, value?: number): void }>;

/** A gauge that takes declared labels only. */
export type PolicyGauge<L> = Typed<
  Gauge,
  GaugeChild,
  L,
  {
    set(labels: L, value: number): void;
    inc(labels: L, value?: number): void;
    dec(labels: L, value?: number): void;
    setToCurrentTime(labels: L): void;
    startTimer(labels: L): () => number;
  }
>;

/** A histogram or a summary that takes declared labels only. */
export type PolicyObserver<M, Child, L> = Typed<
  M,
  Child,
  L,
  { observe(labels: L, value: number): void; startTimer(labels: L): () => number }
>;

/** An info that takes declared labels only. What it says is judged at run time, its label names, too. */
export type PolicyInfo<L> = Typed<Info, InfoChild, L, { info(labels: L, values: InfoValues): void }>;

/** One series of a {@link PolicyStateSet}. */
export type PolicyStates<S extends string> = Omit<StateSetChild, 'state' | 'set'> & {
  state(name: S): void;
  set(name: S, isOn: boolean): void;
};

/** A state set that takes declared labels, and its own states, only. */
export type PolicyStateSet<L, S extends string> = Typed<
  StateSet,
  PolicyStates<S>,
  L,
  { state(labels: L, name: S): void; set(labels: L, name: S, isOn: boolean): void }
>;

/** The metric classes, for the labels of one policy. */
export interface PolicyMetrics<L> {
  readonly Counter: new <K extends keyof L & string>(
    configuration: CounterConfiguration<K> & { readonly labelNames: readonly K[] },
  ) => PolicyCounter<Labels<L, K>>;
  readonly Gauge: new <K extends keyof L & string>(
    configuration: GaugeConfiguration<K> & { readonly labelNames: readonly K[] },
  ) => PolicyGauge<Labels<L, K>>;
  readonly Histogram: new <K extends keyof L & string>(
    configuration: HistogramConfiguration<K> & { readonly labelNames: readonly K[] },
  ) => PolicyObserver<Histogram, HistogramChild, Labels<L, K>>;
  readonly Summary: new <K extends keyof L & string>(
    configuration: SummaryConfiguration<K> & { readonly labelNames: readonly K[] },
  ) => PolicyObserver<Summary, SummaryChild, Labels<L, K>>;
  readonly Info: new <K extends keyof L & string>(
    configuration: InfoConfiguration<K> & { readonly labelNames: readonly K[] },
  ) => PolicyInfo<Labels<L, K>>;
  readonly StateSet: new <K extends keyof L & string, const S extends string>(
    configuration: StateSetConfiguration<K> & {
      readonly labelNames: readonly K[];
      readonly states: readonly S[];
    },
  ) => PolicyStateSet<Labels<L, K>, S>;
}

/**
 * The metric classes with the labels of a strict policy: a label that it does not declare, and a value that is a free
 * string, do not compile; at run time an undeclared label throws when the metric is declared. Metrics with labels
 * only; one without has nothing to check. Give the same policy to `openShardStore()`, which judges the values.
 *
 * @example
 * const policy = definePolicy({ mode: 'strict', labels: { task_name: ['hash', 'zip'] } });
 * const { Counter } = policyMetrics(policy);
 */
export function policyMetrics<P extends StrictLabelPolicy>(policy: P): PolicyMetrics<LabelTypesOf<P>> {
  const checked = <C extends new (configuration: never) => object>(metricClass: C): C =>
    new Proxy(metricClass, {
      construct(target, [configuration]: [MetricConfiguration<string>], newTarget): object {
        checkLabels(policy, { name: configuration.name, labelNames: configuration.labelNames ?? [] });
        return Reflect.construct(target, [configuration], newTarget) as object;
      },
    });
  // The classes are the same at run time; only their types are narrower.
  return {
    Counter: checked(Counter),
    Gauge: checked(Gauge),
    Histogram: checked(Histogram),
    Summary: checked(Summary),
    Info: checked(Info),
    StateSet: checked(StateSet),
  };
}
