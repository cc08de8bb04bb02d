/** A proxy that was put together wrongly; thrown when it is made, never while it answers. */
export class QueryProxyError extends Error {
  override readonly name = 'QueryProxyError';
  /** `OPTIONS_INVALID`: an option is out of its range; `QUERY_INVALID`: a named query cannot be used as written. */
  readonly code: 'OPTIONS_INVALID' | 'QUERY_INVALID';

  constructor(code: 'OPTIONS_INVALID' | 'QUERY_INVALID', message: string) {
    super(message);
    this.code = code;
  }
}
