export { createAggregator, type Aggregator, type AggregatorOptions } from './aggregator.js';
export { AggregatorError } from './aggregator-error.js';
export type { ScrapeBudgets } from './scrape-budgets.js';
export type { OutgoingLabelPolicy } from './outgoing-label.js';
export type {
  Exemplar,
  FamilyType,
  Label,
  MetricFamily,
  Sample,
  Snapshot,
  SnapshotProblem,
  SnapshotProblemCode,
  SnapshotStats,
} from './snapshot.js';
