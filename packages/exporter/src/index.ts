export { ExporterError } from './exporter-error.js';
export { startExporter, type Exporter, type ExporterOptions } from './start-exporter.js';
