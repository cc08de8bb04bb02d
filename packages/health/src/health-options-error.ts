/** A health that was put together wrongly; thrown when it is made. */
export class HealthOptionsError extends Error {
  override readonly name = 'HealthOptionsError';
  readonly code = 'OPTIONS_INVALID';
}
