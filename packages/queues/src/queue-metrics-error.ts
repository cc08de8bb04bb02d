/** Queue metrics that were put together wrongly; thrown when they are made. */
export class QueueMetricsError extends Error {
  override readonly name = 'QueueMetricsError';
  readonly code = 'OPTIONS_INVALID';
}
