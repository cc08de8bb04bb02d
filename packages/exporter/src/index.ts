export { ExporterError } from './exporter-error.js';
export type { Exporter, ExporterOptions } from './exporter-options.js';
export { startExporter } from './start-exporter.js';
