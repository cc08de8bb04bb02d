export type { CounterChild, IncreaseData } from './counter.js';
export type {
  CollectDefaultMetrics,
  DefaultMetricsOptions,
} from './default-metrics/collect-default-metrics.js';
export type { Exemplar, ExemplarLabels } from './exemplar.js';
export type { GaugeChild } from './gauge.js';
export type { HistogramChild, ObserveData } from './histogram.js';
export type { InfoChild, InfoValues } from './info.js';
export type {
  Aggregator,
  CounterConfiguration,
  GaugeCombination,
  GaugeConfiguration,
  HistogramConfiguration,
  InfoConfiguration,
  LabelValues,
  MetricConfiguration,
  MetricObject,
  MetricRegistry,
  MetricValue,
  SharedLabelValue,
  StateSetConfiguration,
  SummaryConfiguration,
} from './metric-configuration.js';
export { openShardStore, type ShardStoreOptions } from './open-shard-store.js';
export { type Mirror, type MirrorOptions, mirrorRegistry } from './mirror/mirror-registry.js';
export type { MirrorableRegistry } from './mirror/registry-mirror.js';
export {
  type PolicyCounter,
  type PolicyGauge,
  type PolicyInfo,
  policyMetrics,
  type PolicyMetrics,
  type PolicyObserver,
  type PolicyStates,
  type PolicyStateSet,
  type StrictLabelPolicy,
} from './policy-metrics.js';
export {
  collectDefaultMetrics,
  Counter,
  Gauge,
  Histogram,
  Info,
  StateSet,
  Summary,
} from './registered-metrics.js';
export type { ShardStore } from './shard-store.js';
export type { ProblemListener, StoreProblem } from './store-problem.js';
export type { StateSetChild } from './state-set.js';
export type { SummaryChild } from './summary.js';
export { WriterError, type WriterErrorCode } from './writer-error.js';
