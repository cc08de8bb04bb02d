export { createAggregator, type Aggregator, type AggregatorOptions } from './aggregator.js';
export { AggregatorError } from './aggregator-error.js';
export type { OutgoingLabelPolicy } from './read-key.js';
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
