import { setTimeout as sleep } from 'node:timers/promises';

/** The clock, for tests. */
export interface PaceClock {
  /** Milliseconds that never go back. */
  readonly now: () => number;
  /** Resolves after so many milliseconds, or as soon as the signal fires. */
  readonly sleep: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
}

const CLOCK: PaceClock = {
  now: () => performance.now(),
  sleep: async (ms, signal) => {
    try {
      await sleep(ms, undefined, signal === undefined ? {} : { signal });
    } catch {
      // The signal fired.
    }
  },
};

/**
 * Spaces calls evenly. What was slow is not caught up with: a broker that has recovered is not hit by a burst.
 *
 * @param perSecond - Calls per second; undefined for no limit.
 * @returns A function that resolves when the next call may be made.
 */
export function createPace(
  perSecond: number | undefined,
  signal: AbortSignal | undefined,
  clock: PaceClock = CLOCK,
): () => Promise<void> {
  if (perSecond === undefined) return () => Promise.resolve();
  const gapMs = 1000 / perSecond;
  let last: number | undefined;
  return async () => {
    const due = last === undefined ? clock.now() : last + gapMs;
    const wait = due - clock.now();
    if (wait > 0) await clock.sleep(wait, signal);
    last = Math.max(due, clock.now() - gapMs);
  };
}
