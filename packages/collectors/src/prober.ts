import type { CollectorTimes } from './collector.js';
import { Deadline } from './deadline.js';

/** What a probe found. */
export type ProbeResult =
  /** It was answered in time. */
  | 'success'
  /** An error came back, or the client threw. */
  | 'failure'
  /** Nothing came back in time. */
  | 'timeout'
  /** Nothing was sent: the client had no connection all the time. */
  | 'disconnected'
  /** Nothing was sent: no connection of the pool came free all the time. */
  | 'exhausted';

/** Asks once. May throw; never takes longer than the deadline. */
export type Attempt = (deadline: Deadline) => Promise<Exclude<ProbeResult, 'success'> | Answered>;

/** An answer, and how long it took. */
export interface Answered {
  readonly latencySeconds: number;
}

/** What is known of something that is probed. */
export interface ProbeState {
  readonly isUp: boolean;
  /** Of the last probe, if it was answered. */
  readonly latencySeconds: number | undefined;
  /** When the last probe ended, as Unix time. */
  readonly probedAtSeconds: number;
}

/** Probes something again and again, one probe at a time, on timers that keep no process alive. */
export class Prober {
  /** How often each result was found; all that can be are there from the beginning. */
  readonly results: Map<ProbeResult, number>;
  #state: ProbeState | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(attempt: Attempt, results: readonly ProbeResult[], times: CollectorTimes) {
    this.results = new Map(results.map((result) => [result, 0]));
    void this.#probe(attempt, times);
  }

  /** Undefined until the first probe has ended. */
  get state(): ProbeState | undefined {
    return this.#state;
  }

  /** A probe that is out may still end; it changes nothing more. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #probe(attempt: Attempt, times: CollectorTimes): Promise<void> {
    const began = performance.now();
    const found = await attempt(new Deadline(times.timeoutMs)).catch(() => 'failure' as const);
    if (this.#stopped) return;
    const answered = typeof found === 'object' ? found : undefined;
    const result = typeof found === 'object' ? 'success' : found;
    this.results.set(result, (this.results.get(result) ?? 0) + 1);
    this.#state = {
      isUp: answered !== undefined,
      latencySeconds: answered?.latencySeconds,
      probedAtSeconds: Date.now() / 1000,
    };
    const leftMs = Math.max(0, times.intervalMs - (performance.now() - began));
    this.#timer = setTimeout(() => void this.#probe(attempt, times), leftMs).unref();
  }
}
