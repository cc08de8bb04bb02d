export { createHttpMetrics, type HttpMetrics } from './http-metrics.js';
export { HttpMetricsError } from './http-metrics-error.js';
export type { HttpMetricsOptions, PlainRegistry } from './http-metrics-options.js';
