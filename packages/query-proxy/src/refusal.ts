/** Why a request got no data; each has one status, so that a page can act on either. */
export const REFUSALS = {
  bad_request: 400,
  query_refused: 400,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  internal: 500,
  upstream_unreachable: 502,
  upstream_failed: 502,
  response_too_large: 502,
  too_many_queries: 503,
  upstream_overloaded: 503,
  timeout: 504,
} as const;

/** The code of a refusal. */
export type RefusalCode = keyof typeof REFUSALS;

/** Ends a request; its message is for the caller and holds nothing of the upstream's address or credentials. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly code: RefusalCode,
    message: string,
  ) {
    super(message);
  }

  /** The answer, in the shape of Prometheus's own API errors. */
  toResponse(): Response {
    const headers = new Headers({ 'cache-control': 'no-store' });
    if (this.code === 'method_not_allowed') headers.set('allow', 'GET');
    if (REFUSALS[this.code] === 503) headers.set('retry-after', '1');
    return Response.json(
      { status: 'error', errorType: this.code, error: this.message },
      { status: REFUSALS[this.code], headers },
    );
  }
}
