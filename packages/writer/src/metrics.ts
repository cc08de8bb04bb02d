// The subpath ./metrics: the same without prom-client, for applications that have another library of registries.
export { Counter, type CounterChild, type IncreaseData } from './counter.js';
export {
  collectDefaultMetrics,
  type CollectDefaultMetrics,
  type DefaultMetricsOptions,
} from './default-metrics/collect-default-metrics.js';
export type { Exemplar, ExemplarLabels } from './exemplar.js';
export { Gauge, type GaugeChild } from './gauge.js';
export { Histogram, type HistogramChild, type ObserveData } from './histogram.js';
export { Info, type InfoChild, type InfoValues } from './info.js';
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
export { type Mirror, type MirrorOptions, mirrorRegistry } from './mirror/mirror-registry.js';
export type { MirrorableRegistry } from './mirror/registry-mirror.js';
export { openShardStore, type ShardStoreOptions } from './open-shard-store.js';
export type { ShardStore } from './shard-store.js';
export type { ProblemListener, StoreProblem } from './store-problem.js';
export { StateSet, type StateSetChild } from './state-set.js';
export { Summary, type SummaryChild } from './summary.js';
export { WriterError, type WriterErrorCode } from './writer-error.js';
