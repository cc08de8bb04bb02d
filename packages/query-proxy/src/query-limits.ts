import { QueryProxyError } from './query-proxy-error.js';

/** What one request may cost. */
export interface QueryLimits {
  /** Whole time of a request, the upstream's answer included, in milliseconds; 30,000 by default. */
  readonly timeoutMs: number;
  /** Queries at the upstream at once; more get 503. 8 by default. */
  readonly maxConcurrent: number;
  /** Size of an upstream's answer, decompressed, in bytes; 16 MiB by default. */
  readonly maxResponseBytes: number;
  /** Length of a raw expression, in UTF-16 code units; 4,096 by default. */
  readonly maxQueryLength: number;
  /** Longest span of a range query, in milliseconds; 31 days by default. */
  readonly maxRangeMs: number;
  /** Smallest step of a range query, in milliseconds; 1,000 by default. */
  readonly minStepMs: number;
  /** Points per series of a range query; 11,000 by default, which is Prometheus's own limit. */
  readonly maxPoints: number;
}

const DEFAULT_LIMITS: QueryLimits = {
  timeoutMs: 30_000,
  maxConcurrent: 8,
  maxResponseBytes: 16 * 1024 * 1024,
  maxQueryLength: 4096,
  maxRangeMs: 31 * 86_400_000,
  minStepMs: 1000,
  maxPoints: 11_000,
};

/**
 * The limits with their defaults.
 *
 * @throws QueryProxyError `OPTIONS_INVALID` for a limit that is no positive integer, or is not known.
 */
export function settleLimits(limits: Partial<QueryLimits> = {}): QueryLimits {
  const settled = { ...DEFAULT_LIMITS, ...limits };
  for (const [name, value] of Object.entries(settled)) {
    if (!(name in DEFAULT_LIMITS))
      throw new QueryProxyError(
        'OPTIONS_INVALID',
        `limits.${name} is not known. The limits are ${Object.keys(DEFAULT_LIMITS).join(', ')}.`,
      );
    // Timers hold no more than 31 bits.
    const most = name === 'timeoutMs' ? 2 ** 31 - 1 : Number.MAX_SAFE_INTEGER;
    if (!Number.isSafeInteger(value) || value < 1 || value > most)
      throw new QueryProxyError(
        'OPTIONS_INVALID',
        `limits.${name} has to be an integer from 1 to ${most}, got ${String(value)}.`,
      );
  }
  return settled;
}
