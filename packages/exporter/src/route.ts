/** What a request asks for. */
export type Route =
  | {
      readonly kind: 'metrics';
      /** Names of `name[]` parameters; none asks for everything. */
      readonly names: readonly string[];
    }
  | { readonly kind: 'landing' }
  | { readonly kind: 'healthy' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'method-not-allowed' };

/** Which routes there are. */
export interface RouteOptions {
  /** The path of the metrics; `/metrics` by default. */
  readonly metricsPath?: string;
  /** Whether `/` is a page that links to `/metrics`; no by default. */
  readonly landingPage?: boolean;
  /** Whether there are `/-/healthy` and `/-/ready`; no by default. */
  readonly healthRoutes?: boolean;
}

/**
 * Finds the route of a request. Paths are compared byte for byte, without decoding: `/%6detrics` is none.
 *
 * @param target - The request target, which may be a whole URL (RFC 9112, section 3.2.2).
 */
export function routeOf(
  method: string | undefined,
  target: string | undefined,
  { metricsPath = '/metrics', landingPage = false, healthRoutes = false }: RouteOptions = {},
): Route {
  const { path, query } = splitTarget(target);
  const kind = path === metricsPath ? 'metrics' : kindOf(path, landingPage, healthRoutes);
  if (kind === undefined) return { kind: 'not-found' };
  if (method !== 'GET' && method !== 'HEAD') return { kind: 'method-not-allowed' };
  return kind === 'metrics' ? { kind, names: new URLSearchParams(query).getAll('name[]') } : { kind };
}

function kindOf(
  path: string | undefined,
  landingPage: boolean,
  healthRoutes: boolean,
): 'landing' | 'healthy' | 'ready' | undefined {
  if (path === '/' && landingPage) return 'landing';
  if (path === '/-/healthy' && healthRoutes) return 'healthy';
  if (path === '/-/ready' && healthRoutes) return 'ready';
  return undefined;
}

function splitTarget(target: string | undefined): { path: string | undefined; query: string } {
  if (target === undefined) return { path: undefined, query: '' };
  if (!target.startsWith('/')) {
    const url = URL.canParse(target) ? new URL(target) : undefined;
    return { path: url?.pathname, query: url?.search.slice(1) ?? '' };
  }
  const mark = target.indexOf('?');
  return mark === -1
    ? { path: target, query: '' }
    : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}
