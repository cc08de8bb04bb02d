import { reasonOf } from './reason.js';

/** What a check found. */
export type CheckResult =
  | { readonly status: 'up'; readonly durationSeconds: number; readonly checkedAt: string }
  | {
      readonly status: 'down';
      readonly reason: string;
      readonly durationSeconds: number;
      /** When the check began, RFC 3339. */
      readonly checkedAt: string;
    };

/** What is to be checked, and how. */
export interface Check {
  /**
   * Succeeds or throws. The signal fires when the time is over: pass it on, so that nothing is left hanging. A
   * {@link HealthError}'s message is shown; of another error only its code.
   */
  readonly run: (signal: AbortSignal) => unknown;
  /** How long it may take, in milliseconds; 2,000 by default. It is reported as down then, whether or not it ever ends. */
  readonly timeoutMs?: number;
  /** How long a result is good for, in milliseconds; 1,000 by default. */
  readonly cacheMs?: number;
  /** Whether the whole is down with it; true by default. */
  readonly required?: boolean;
}

const DEFAULT_TIMEOUT_MS = 2000;
const DEFAULT_CACHE_MS = 1000;

/** Runs of a check that did not end in time, and may still hold a connection: no further run is begun above this. */
const MAX_STUCK = 3;

/**
 * How long a run that does not come back is counted: some never do, such as those on a connection whose other end is gone,
 * and what they asked for may long be up again.
 */
const FORGOTTEN_AFTER_MS = 5 * 60_000;

/** Clocks, for tests. */
export interface Clock {
  /** Milliseconds that never go back. */
  readonly now: () => number;
  /** Unix time in milliseconds. */
  readonly wallTime: () => number;
}

const CLOCK: Clock = { now: () => performance.now(), wallTime: () => Date.now() };

/**
 * Makes a function that runs the check at most once at a time and keeps its result for a while, so that the number of
 * those who ask makes no difference to what is checked.
 */
export function cached(check: Check, clock: Clock = CLOCK): () => Promise<CheckResult> {
  const { cacheMs = DEFAULT_CACHE_MS } = check;
  const stuck = new Map<symbol, number>();
  let running: Promise<CheckResult> | undefined;
  let last: { readonly result: CheckResult; readonly endedAt: number } | undefined;
  return () => {
    if (last !== undefined && clock.now() - last.endedAt < cacheMs) return Promise.resolve(last.result);
    running ??= runOnce(check, stuck, clock).then((result) => {
      last = { result, endedAt: clock.now() };
      running = undefined;
      return result;
    });
    return running;
  };
}

/** @param stuck - When the runs began that have not come back. */
async function runOnce(
  { run, timeoutMs = DEFAULT_TIMEOUT_MS }: Check,
  stuck: Map<symbol, number>,
  clock: Clock,
): Promise<CheckResult> {
  const started = clock.now();
  const checkedAt = new Date(clock.wallTime()).toISOString();
  const took = (): number => Math.round(clock.now() - started) / 1000;
  const down = (reason: string): CheckResult => ({
    status: 'down',
    reason,
    durationSeconds: took(),
    checkedAt,
  });
  for (const [id, began] of stuck) if (started - began >= FORGOTTEN_AFTER_MS) stuck.delete(id);
  if (stuck.size >= MAX_STUCK) return down(`${MAX_STUCK} earlier checks have not come back`);

  const abort = new AbortController();
  const id = Symbol('run');
  stuck.set(id, started);
  const ended = (async () => run(abort.signal))().finally(() => stuck.delete(id));
  let timer: NodeJS.Timeout | undefined;
  let immediate: NodeJS.Immediate | undefined;
  const expired = new Promise<'expired'>((resolve) => {
    timer = setTimeout(() => {
      // Where this process was busy itself, the answer may lie in a socket unread: sockets are read once more.
      immediate = setImmediate(resolve, 'expired');
    }, timeoutMs);
  });
  try {
    const first = await Promise.race([ended, expired]);
    if (first !== 'expired') return { status: 'up', durationSeconds: took(), checkedAt };
    // Whatever it ends with now, nobody waits for it.
    ended.catch(() => {});
    abort.abort();
    return down(`no answer within ${timeoutMs} ms`);
  } catch (error) {
    return down(reasonOf(error));
  } finally {
    clearTimeout(timer);
    clearImmediate(immediate);
  }
}
