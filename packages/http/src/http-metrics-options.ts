import type { ShardStore } from '@promshard/writer';
import { type OpenMetricsContentType, Registry } from 'prom-client';

import { HttpMetricsError } from './http-metrics-error.js';
import { checkIgnoredPaths, DEFAULT_IGNORED_PATHS } from './ignored-paths.js';
import { checkOptionNames } from './option-names.js';

/** A registry of prom-client, of either format. */
export type PlainRegistry = Registry | Registry<OpenMetricsContentType>;

/** What the metrics of HTTP are made with. */
export interface HttpMetricsOptions {
  /** Puts the metrics into this registry of prom-client, and not into shards. */
  readonly registry?: PlainRegistry;
  /** The store whose shards hold the metrics; by default the thread's. */
  readonly store?: ShardStore;
  /** Before the names, such as `shop_`; empty by default. */
  readonly prefix?: string;
  /** Upper bounds of the duration's buckets in seconds; 1 ms to 30 s by default. */
  readonly durationBuckets?: readonly number[];
  /** Upper bounds of the response size's buckets in bytes; 100 B to 100 MB by default. */
  readonly sizeBuckets?: readonly number[];
  /**
   * Paths that are not counted: exact ones, and `/prefix/*` for all below. By default `/metrics`, `/health`, `/health/*`,
   * `/healthz`, `/livez` and `/readyz`.
   */
  readonly ignorePaths?: readonly string[];
  /** How many routes get series of their own; further ones count together as `__overflow__`. 1,000 by default. */
  readonly maxRoutes?: number;
  /**
   * Keeps the trace that was active when the request arrived as exemplar of the duration's bucket; `false` by default.
   * Exemplars are OpenMetrics: a `registry` has to be of that format, and prom-client's global one then shows no duration unless
   * it is.
   */
  readonly exemplars?: boolean;
}

/** Options of which each has a value, but for where the metrics go. */
export type CheckedOptions = Omit<HttpMetricsOptions, 'registry' | 'store'> &
  Required<Omit<HttpMetricsOptions, 'registry' | 'store'>> &
  Pick<HttpMetricsOptions, 'registry' | 'store'>;

const DURATION_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const SIZE_BUCKETS = [100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8];

/** @throws HttpMetricsError for an option that cannot be, or that there is not. */
export function checkOptions(options: HttpMetricsOptions): CheckedOptions {
  checkOptionNames('createHttpMetrics()', options, {
    registry: true,
    store: true,
    prefix: true,
    durationBuckets: true,
    sizeBuckets: true,
    ignorePaths: true,
    maxRoutes: true,
    exemplars: true,
  });
  const {
    prefix = '',
    durationBuckets = DURATION_BUCKETS,
    sizeBuckets = SIZE_BUCKETS,
    ignorePaths = DEFAULT_IGNORED_PATHS,
    maxRoutes = 1000,
    exemplars = false,
    registry,
    store,
  } = options;
  if (!/^(?:[a-zA-Z_:][\w:]*)?$/.test(prefix))
    throw new HttpMetricsError('prefix has to be the beginning of a metric name, such as shop_.');
  checkBuckets('durationBuckets', durationBuckets);
  checkBuckets('sizeBuckets', sizeBuckets);
  checkIgnoredPaths(ignorePaths);
  if (!Number.isSafeInteger(maxRoutes) || maxRoutes < 1)
    throw new HttpMetricsError(`maxRoutes has to be a number of routes, got ${String(maxRoutes)}.`);
  if (registry !== undefined && store !== undefined)
    throw new HttpMetricsError(
      'registry and store exclude each other: the metrics are in shards or they are not.',
    );
  if (exemplars && registry !== undefined && registry.contentType !== Registry.OPENMETRICS_CONTENT_TYPE)
    throw new HttpMetricsError(
      'exemplars need a registry of OpenMetrics: call its setContentType(openMetricsContentType) first.',
    );
  return {
    prefix,
    durationBuckets,
    sizeBuckets,
    ignorePaths,
    maxRoutes,
    exemplars,
    ...(registry && { registry }),
    ...(store && { store }),
  };
}

function checkBuckets(option: string, bounds: readonly number[]): void {
  if (
    bounds.length === 0 ||
    !bounds.every((bound, i) => Number.isFinite(bound) && bound > (bounds[i - 1] ?? 0))
  )
    throw new HttpMetricsError(`${option} has to be numbers above 0, each greater than the one before.`);
}
