import { randomUUID } from 'node:crypto';

import type { Check } from './check.js';
import { HealthError } from './reason.js';

/** Times and weight of a round trip, as of any {@link Check}. */
export type RoundTripOptions = Omit<Check, 'run'>;

/** A store of keys: Redis, a table, a bucket. */
export interface KeyStore {
  /** Stores a value; with an expiry if the store has one, as what a killed process wrote is never removed. */
  readonly write: (key: string, value: string, signal: AbortSignal) => unknown;
  readonly read: (key: string, signal: AbortSignal) => unknown;
  readonly remove: (key: string, signal: AbortSignal) => unknown;
}

/** A check that writes a key of its own, reads it back, compares and removes it. */
export function keyRoundTrip(store: KeyStore, options: RoundTripOptions = {}): Check {
  return {
    ...options,
    async run(signal) {
      const key = `promshard-health-${randomUUID()}`;
      const value = randomUUID();
      await store.write(key, value, signal);
      try {
        const found = await store.read(key, signal);
        if (found !== value)
          throw new HealthError(
            typeof found === 'string'
              ? 'another value came back than was written'
              : 'what was written is not there',
          );
      } finally {
        await store.remove(key, signal);
      }
    },
  };
}

/** A check by a job that goes through the queue; whoever handles the job, or its answer, says that it came. */
export interface JobRoundTrip extends Check {
  /** To be called in this process when the job, or the answer to it, arrives. A token of another process is ignored. */
  arrived(token: string): void;
}

/**
 * A check that sends a job with a token through the queue and waits until the token is back.
 *
 * @param send - Puts a job with the token into the queue, where a worker takes it and calls `arrived(token)`, or sends
 *   the token back to this process by a queue of answers.
 */
export function jobRoundTrip(
  send: (token: string, signal: AbortSignal) => unknown,
  options: RoundTripOptions = {},
): JobRoundTrip {
  const awaited = new Map<string, () => void>();
  return {
    ...options,
    arrived: (token) => awaited.get(token)?.(),
    async run(signal) {
      const token = randomUUID();
      const arrival = new Promise<void>((resolve) => {
        awaited.set(token, resolve);
        // Nobody waits for it any more.
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
      try {
        await send(token, signal);
        await arrival;
      } finally {
        awaited.delete(token);
      }
    },
  };
}
