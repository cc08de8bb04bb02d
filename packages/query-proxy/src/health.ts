import { Refusal } from './refusal.js';
import type { Upstream } from './upstream.js';

/** How long an answer is good for, in milliseconds: health checks must not become a load. */
const GOOD_FOR_MS = 1000;

/** Longest time a check may take, in milliseconds: shorter than the timeouts of those who check. */
const CHECK_TIMEOUT_MS = 5000;

/** Whether the upstream evaluates queries. */
export type Health =
  | { readonly status: 'up'; readonly latencySeconds: number }
  | { readonly status: 'down'; readonly reason: string };

/** Makes a check that really evaluates an expression; one at a time, whatever the number of those who ask. */
export function createHealthCheck(
  upstream: Upstream,
  { now = () => performance.now() }: { readonly now?: () => number } = {},
): () => Promise<Health> {
  let running: Promise<Health> | undefined;
  let last: { readonly health: Health; readonly endedAt: number } | undefined;
  return async () => {
    if (last !== undefined && now() - last.endedAt <= GOOD_FOR_MS) return last.health;
    running ??= check(upstream, now).then((health) => {
      last = { health, endedAt: now() };
      running = undefined;
      return health;
    });
    return running;
  };
}

async function check(upstream: Upstream, now: () => number): Promise<Health> {
  const started = now();
  try {
    await upstream.ask('query', { query: 'vector(1)' }, AbortSignal.timeout(CHECK_TIMEOUT_MS));
    return { status: 'up', latencySeconds: Math.round(now() - started) / 1000 };
  } catch (error) {
    return { status: 'down', reason: error instanceof Refusal ? error.code : 'internal' };
  }
}
