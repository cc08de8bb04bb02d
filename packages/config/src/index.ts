export {
  CONFIG_EXIT_CODE,
  ConfigError,
  type ConfigProblem,
  MULTIPROC_DIR_INVALID_ERROR,
} from './config-error.js';
export { type ExporterConfig, type ExporterOverrides, loadExporterConfig } from './load-exporter-config.js';
export {
  type ForeignWritersChoice,
  loadPrunerConfig,
  type PrunerConfig,
  type PrunerOverrides,
} from './load-pruner-config.js';
export {
  type BackendChoice,
  loadWriterConfig,
  type OverflowChoice,
  type WriterConfig,
  type WriterOverrides,
} from './load-writer-config.js';
export type { Environment } from './read-settings.js';
