import type { RateLimit } from './web-config.js';

/** Counts requests against a limit. */
export interface RateLimiter {
  /** Says whether one more request may come now. The limit may be another each time; a new one starts full. */
  allows(limit: RateLimit | undefined): boolean;
}

/**
 * A token bucket, as the toolkit has it: it holds `burst` tokens, and one is added each interval.
 *
 * @param monotonicNow - Milliseconds of a clock that never goes back.
 */
export function createRateLimiter(monotonicNow: () => number = () => performance.now()): RateLimiter {
  let current: RateLimit | undefined;
  let tokens = 0;
  let filledAt = 0;
  return {
    allows(limit) {
      if (limit === undefined) return true;
      const now = monotonicNow();
      if (limit.burst !== current?.burst || limit.intervalMs !== current.intervalMs) {
        current = limit;
        tokens = limit.burst;
        filledAt = now;
      }
      tokens = Math.min(limit.burst, tokens + (now - filledAt) / limit.intervalMs);
      filledAt = now;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
