export { auditTarget } from './audit/audit-target.js';
export { checkProject, type CheckOptions } from './check-project.js';
export type { ChainStep, Finding, RuleName, Severity } from './finding.js';
export { GuardError, type GuardErrorCode } from './guard-error.js';
export { printReport } from './output/print-report.js';
export type { OutputFormat, Report } from './output/report.js';
export type { ServerNames } from './rules/listeners.js';
export type {
  AuditRules,
  ExporterRules,
  GuardConfig,
  ImportAllowance,
  MetricAllowance,
  MetricRules,
  TaskNameRules,
  TaskNameSource,
  WorkerRules,
} from './settings/guard-config.js';
export { loadConfig, type LoadedConfig } from './settings/load-config.js';
