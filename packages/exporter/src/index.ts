export { ExporterError } from './exporter-error.js';
export { startExporter, type Exporter, type ExporterOptions } from './start-exporter.js';
export {
  createMetricsHandler,
  type MetricsHandler,
  type MetricsHandlerOptions,
} from './handlers/metrics-handler.js';
