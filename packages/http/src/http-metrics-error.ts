/** Metrics that were put together wrongly; thrown when they are made, never while they count. */
export class HttpMetricsError extends Error {
  override readonly name = 'HttpMetricsError';
  readonly code = 'OPTIONS_INVALID';
}
