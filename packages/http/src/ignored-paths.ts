import { HttpMetricsError } from './http-metrics-error.js';

/** Prometheus's scrape, what `@promshard/health` serves, and the usual names of health checks. */
export const DEFAULT_IGNORED_PATHS: readonly string[] = [
  '/metrics',
  '/health',
  '/health/*',
  '/healthz',
  '/livez',
  '/readyz',
];

const QUERY = '?'.codePointAt(0);

/** @throws HttpMetricsError for what is neither a path nor a prefix. */
export function checkIgnoredPaths(paths: readonly string[]): void {
  if (!paths.every((path) => /^\/(?:(?![*?#])[!-~])*(?:(?<=\/)\*)?$/.test(path)))
    throw new HttpMetricsError(
      'Each of ignorePaths has to be a path such as /metrics, or /health/* for all below /health/.',
    );
}

/** Paths that are not counted. */
export class IgnoredPaths {
  private readonly exact = new Set<string>();
  private readonly prefixes: string[] = [];
  /** By the code of the first character after the slash: most paths are told by it, and nothing is cut out. */
  private readonly firstCodes = new Uint8Array(128);

  /** @param paths - Exact paths, and `/prefix/*` for all below a prefix; checked. */
  constructor(paths: readonly string[]) {
    for (const path of paths) {
      if (path.endsWith('/*')) this.prefixes.push(path.slice(0, -1));
      else this.exact.add(path);
      // `/*` alone is everything.
      if (path === '/*') this.firstCodes.fill(1);
      else this.firstCodes[path.codePointAt(1) ?? 0] = 1;
    }
  }

  /** Whether a request's target, as the client sent it, is one of them; its query does not matter. */
  has(target: string | undefined): boolean {
    if (target === undefined) return false;
    let code = target.length > 1 ? target.charCodeAt(1) : 0;
    if (code === QUERY) code = 0;
    if (this.firstCodes[code] !== 1) return false;
    const end = target.indexOf('?');
    const path = end === -1 ? target : target.slice(0, end);
    return this.exact.has(path) || this.prefixes.some((prefix) => path.startsWith(prefix));
  }
}
