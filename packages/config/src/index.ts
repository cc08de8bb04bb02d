export {
  CONFIG_EXIT_CODE,
  ConfigError,
  type ConfigProblem,
  MULTIPROC_DIR_INVALID_ERROR,
} from './config-error.js';
export type { LabelPolicyChoice } from './exporter-settings.js';
export {
  describeExporterConfig,
  type ExporterConfig,
  type ExporterOverrides,
  loadExporterConfig,
} from './load-exporter-config.js';
export {
  describePrunerConfig,
  loadPrunerConfig,
  type PrunerConfig,
  type PrunerOverrides,
} from './load-pruner-config.js';
export {
  describeWriterConfig,
  loadWriterConfig,
  type WriterConfig,
  type WriterOverrides,
} from './load-writer-config.js';
export type { EffectiveSetting } from './setting.js';
export type { Environment, SettingOrigin } from './setting-source.js';
export type { ForeignWritersChoice } from './pruner-settings.js';
export type { BackendChoice, OverflowChoice } from './writer-settings.js';
