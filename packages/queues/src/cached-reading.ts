import { type CheckedReading, checkReading } from './check-reading.js';
import type { QueueReader } from './queue-reader.js';

/** How a broker stands as far as is known. */
export interface Standing {
  /** Whether the last attempt to read succeeded. */
  readonly up: boolean;
  /** The last reading that succeeded. */
  readonly last: GoodReading | undefined;
}

/** A reading, and when it was. */
export interface GoodReading extends CheckedReading {
  /** When its answer came, by our clock, unix seconds. */
  readonly readAtSeconds: number;
  /** Our clock in the middle of the reading, unix seconds: what the broker's clock is compared with. */
  readonly askedAtSeconds: number;
  readonly durationSeconds: number;
}

/** Clocks, for tests. */
export interface Clock {
  /** Milliseconds that never go back. */
  readonly now: () => number;
  /** Unix time in milliseconds. */
  readonly wallTime: () => number;
}

/** When a reading is made, and who is told. */
export interface CacheOptions {
  readonly ttlMs: number;
  readonly timeoutMs: number;
  /** Called once for each attempt, before those who wait for it go on. */
  readonly onSettled: (standing: Standing, failure: { readonly error: unknown } | undefined) => void;
  readonly clock?: Clock;
}

const CLOCK: Clock = { now: () => performance.now(), wallTime: () => Date.now() };

/** Attempts that were given up and have not come back, and may still hold a connection: no further one is begun above this. */
const MAX_STUCK = 3;

/**
 * Makes a function that reads the broker at most once at a time and at most once in `ttlMs`, whether or not the reading
 * succeeds, so that neither the number of scrapes nor a broker in trouble makes more readings. It never rejects, and comes
 * back within `timeoutMs`.
 */
export function cachedReading(
  reader: QueueReader,
  { ttlMs, timeoutMs, onSettled, clock = CLOCK }: CacheOptions,
): () => Promise<Standing> {
  const stuck = new Set<symbol>();
  let standing: Standing = { up: false, last: undefined };
  let endedAt = Number.NEGATIVE_INFINITY;
  let running: Promise<Standing> | undefined;

  async function attempt(): Promise<Standing> {
    let failure: { readonly error: unknown } | undefined;
    try {
      standing = { up: true, last: await readInTime() };
    } catch (error) {
      standing = { up: false, last: standing.last };
      failure = { error };
    }
    endedAt = clock.now();
    running = undefined;
    onSettled(standing, failure);
    return standing;
  }

  async function readInTime(): Promise<GoodReading> {
    if (stuck.size >= MAX_STUCK) throw new Error(`${MAX_STUCK} earlier readings have not come back`);
    const began = { at: clock.now(), wall: clock.wallTime() };
    const abort = new AbortController();
    const id = Symbol('reading');
    stuck.add(id);
    const answer = (async () => reader.read({ signal: abort.signal, timeoutMs }))().finally(() =>
      stuck.delete(id),
    );
    let timer: NodeJS.Timeout | undefined;
    const expired = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    });
    try {
      const reading = checkReading(await Promise.race([answer, expired]), reader);
      const durationMs = clock.now() - began.at;
      return {
        ...reading,
        readAtSeconds: clock.wallTime() / 1000,
        askedAtSeconds: (began.wall + durationMs / 2) / 1000,
        durationSeconds: durationMs / 1000,
      };
    } finally {
      clearTimeout(timer);
      if (stuck.has(id)) {
        // Whatever it ends with now, nobody waits for it.
        answer.catch(() => {});
        abort.abort();
      }
    }
  }

  return () => {
    if (running !== undefined) return running;
    if (clock.now() - endedAt < ttlMs) return Promise.resolve(standing);
    running = attempt();
    return running;
  };
}
