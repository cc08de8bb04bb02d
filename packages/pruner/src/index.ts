export type { FoldLimits } from './fold-dead.js';
export type { Host } from './host.js';
export type { LayerRule } from './plan-layers.js';
export type { BatchLimit } from './read-batch.js';
export { explainLiveness, type Liveness } from './judge-liveness.js';
export { markProcessDead, type MarkedDead, type MarkProcessDeadOptions } from './mark-process-dead.js';
export {
  openPruneDirectory,
  type FileFacts,
  type FileLocks,
  type PruneDirectory,
  type RecordFile,
} from './prune-directory.js';
export type {
  DirectoryOverflow,
  JudgedWriter,
  LeftFile,
  PruneBusy,
  PruneDone,
  PruneFailed,
  PruneReport,
} from './prune-report.js';
export { prune, type ForeignWritersPolicy, type PruneOptions } from './prune.js';
export { PrunerError, type PrunerErrorCode } from './pruner-error.js';
export type { LockHolder } from './pruner-lock.js';
export {
  resetDirectory,
  type ResetDone,
  type ResetOptions,
  type ResetRefused,
  type ResetReport,
} from './reset-directory.js';
export { startPruner, type ExitSource, type Pruner, type PrunerOptions } from './start-pruner.js';
