export { ExporterError } from './exporter-error.js';
export type { Exporter, ExporterOptions } from './exporter-options.js';
export {
  createMetricsHandler,
  type MetricsHandler,
  type MetricsHandlerOptions,
} from './handlers/metrics-handler.js';
export { startExporter } from './start-exporter.js';
