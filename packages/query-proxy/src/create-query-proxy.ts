import { createHealthCheck } from './health.js';
import { compileQuery, type NamedQuery } from './named-query.js';
import { describeApi } from './open-api.js';
import { enforceMatchers, type EnforcedMatcher, isEnforceable } from './promql/enforce-matchers.js';
import { QueryGate } from './query-gate.js';
import { type QueryLimits, settleLimits } from './query-limits.js';
import { QueryProxyError } from './query-proxy-error.js';
import { type Catalogue, type QueryRequest, readInstantRequest, readRangeRequest } from './read-request.js';
import { Refusal } from './refusal.js';
import { listServices } from './services.js';
import { connectUpstream } from './upstream.js';

/** What a proxy asks, whom, and on whose behalf. */
export interface QueryProxyOptions {
  /** The Prometheus or VictoriaMetrics to ask. */
  readonly upstream: {
    /** Its base, `http://127.0.0.1:9090`, or with a path before `/api/v1`. */
    readonly url: string | URL;
    /** Sent with every request, such as `authorization`. */
    readonly headers?: Readonly<Record<string, string>>;
  };
  /** The questions that may be asked, by name. */
  readonly queries?: Readonly<Record<string, NamedQuery>>;
  /** Whether callers may send PromQL of their own in `query`; false by default. */
  readonly allowRawQueries?: boolean;
  /** Path before `/query`, `/query_range`, `/services`, `/health` and `/openapi.json`; empty by default. */
  readonly basePath?: string;
  /**
   * Says which series a caller may see: matchers that every selector of its queries gets. An empty list shows
   * everything; a `Response` is sent in place of an answer (401, a redirect to a login). A throw, or a matcher
   * without values, refuses the request. Not asked for `health` and `openapi.json`. Nothing is enforced by default.
   */
  readonly authorize?: (
    request: Request,
  ) => readonly EnforcedMatcher[] | Response | Promise<readonly EnforcedMatcher[] | Response>;
  /** The label of `up` whose values are the services; `job` by default. */
  readonly serviceLabel?: string;
  /** What one request may cost; see {@link QueryLimits} for the defaults. */
  readonly limits?: Partial<QueryLimits>;
  /** Told of faults of this service, such as an `authorize` that throws; the caller gets a fixed text. */
  readonly onError?: (error: unknown) => void;
}

/** Answers requests; never rejects. */
export interface QueryProxy {
  (request: Request): Promise<Response>;
  /** The OpenAPI 3.1 description of what it answers, also at `GET {basePath}/openapi.json`. */
  readonly openApi: Readonly<Record<string, unknown>>;
}

/** What an endpoint does for a caller that sees these series, until the signal fires. */
type Endpoint = (
  sent: URLSearchParams,
  matchers: readonly EnforcedMatcher[],
  signal: AbortSignal,
) => Promise<Response>;

/**
 * Makes the piece between a web page and a metrics server: only named questions, bounded, in a caller's own series.
 *
 * Opens nothing until it is asked.
 *
 * @throws QueryProxyError `OPTIONS_INVALID` or `QUERY_INVALID`, for the first option that cannot be.
 */
export function createQueryProxy({
  upstream: { url, headers },
  queries = {},
  allowRawQueries = false,
  basePath = '',
  authorize = () => [],
  serviceLabel = 'job',
  limits,
  onError = () => {},
}: QueryProxyOptions): QueryProxy {
  const settled = settleLimits(limits);
  if (!/^(?:\/[\w.~-]+)*$/.test(basePath))
    throw new QueryProxyError('OPTIONS_INVALID', 'basePath has to be empty or a path such as /metrics/api.');
  if (!isEnforceable({ name: serviceLabel, values: ['any'] }))
    throw new QueryProxyError('OPTIONS_INVALID', 'serviceLabel has to be a label name.');
  const catalogue: Catalogue = {
    queries: new Map(Object.entries(queries).map(([name, query]) => [name, compileQuery(name, query)])),
    allowRawQueries,
    limits: settled,
  };
  const upstream = connectUpstream({
    url,
    maxResponseBytes: settled.maxResponseBytes,
    ...(headers === undefined ? {} : { headers }),
  });
  const gate = new QueryGate(settled.maxConcurrent);
  const checkHealth = createHealthCheck(upstream);
  const openApi = describeApi(catalogue, basePath);

  const forward =
    (
      endpoint: 'query' | 'query_range',
      read: (sent: URLSearchParams, of: Catalogue) => QueryRequest,
    ): Endpoint =>
    async (sent, matchers, signal) => {
      const { expression, time } = read(sent, catalogue);
      const query = enforceMatchers(expression, matchers);
      if (query === undefined)
        throw new Refusal('query_refused', 'info() reads series that cannot be limited to yours');
      const timeout = `${Math.ceil(settled.timeoutMs / 1000)}s`;
      return answer(await upstream.ask(endpoint, { query, ...time, timeout }, signal));
    };

  const endpoints: Readonly<Record<string, Endpoint>> = {
    query: forward('query', readInstantRequest),
    query_range: forward('query_range', readRangeRequest),
    services: async (_sent, matchers, signal) =>
      answer({ services: await listServices(upstream, serviceLabel, matchers, signal) }),
  };

  async function respond(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const name = pathname.startsWith(`${basePath}/`) ? pathname.slice(basePath.length + 1) : '';
    const endpoint = Object.hasOwn(endpoints, name) ? endpoints[name] : undefined;
    if (endpoint === undefined && name !== 'health' && name !== 'openapi.json')
      throw new Refusal('not_found', 'not found');
    if (request.method !== 'GET') throw new Refusal('method_not_allowed', 'only GET is answered');
    if (endpoint === undefined) {
      if (name === 'openapi.json') return answer(openApi);
      const health = await checkHealth();
      return answer(health, health.status === 'up' ? 200 : 503);
    }
    const matchers = await authorize(request);
    if (matchers instanceof Response) return matchers;
    if (!matchers.every((matcher) => isEnforceable(matcher)))
      throw new Refusal('forbidden', 'no series are open to this caller');
    const signal = AbortSignal.any([request.signal, AbortSignal.timeout(settled.timeoutMs)]);
    return gate.pass(() => endpoint(searchParams, matchers, signal));
  }

  async function proxy(request: Request): Promise<Response> {
    try {
      return await respond(request);
    } catch (error) {
      if (error instanceof Refusal) return error.toResponse();
      onError(error);
      return new Refusal('internal', 'the query could not be handled').toResponse();
    }
  }

  return Object.assign(proxy, { openApi });
}

function answer(body: Uint8Array<ArrayBuffer> | object, status = 200): Response {
  return new Response(body instanceof Uint8Array ? body : JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'private, no-store' },
  });
}
