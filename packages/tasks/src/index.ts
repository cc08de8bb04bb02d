export type { Attempt, AttemptFailure, AttemptOutcome, AttemptStart } from './attempt.js';
export { createTaskMetrics, type TaskMetrics, type TaskMetricsOptions } from './create-task-metrics.js';
export { defineTopology } from './define-topology.js';
export { type BuiltInErrorClass, ERROR_CLASSES, type ErrorTest } from './error-class.js';
export { EXIT_REASONS, type ExitReason } from './exit-reason.js';
export type { Heartbeat, HeartbeatOptions } from './heartbeat.js';
export type { MetricPlace } from './metric-families.js';
export { TaskMetricsError, type TaskMetricsErrorCode } from './task-metrics-error.js';
export type { TopologyDeclaration } from './topology-problems.js';
export {
  type QueueOptions,
  snapshotText,
  type TaskOptions,
  type Topology,
  type TopologySnapshot,
  type WorkQueue,
} from './topology.js';
export { createWorkerExits, type EndingWorker, type WorkerExits } from './worker-exits.js';
