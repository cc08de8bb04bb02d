import type { SampledCallback } from './sampled-callback.js';

/** The first round comes early, yet late enough for an application to have declared what its callbacks use. */
const FIRST_ROUND_MS = 1000;

/** How callbacks are sampled. */
export interface SamplerOptions {
  /** Milliseconds from the start of a round to the start of the next. */
  readonly intervalMs: number;
  /** What is to be run, asked for at each round. */
  readonly callbacks: Iterable<SampledCallback>;
}

/**
 * Runs callbacks at an interval, on a timer that does not keep the process alive. A round starts them one after the
 * other and waits for none: one that hangs holds up nobody.
 */
export class Sampler {
  private readonly options: SamplerOptions;
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;

  constructor(options: SamplerOptions) {
    this.options = options;
  }

  /** Begins to run rounds, unless that has begun. */
  begin(): void {
    if (this.timer !== undefined || this.isStopped) return;
    this.schedule(Math.min(FIRST_ROUND_MS, this.options.intervalMs));
  }

  /**
   * Runs a round now. What is synchronous in the callbacks is done when the call returns.
   *
   * @param kind - `afresh` runs callbacks that still run once more: what has happened by now is seen by all.
   * @returns Settles when all have ended, or after `intervalMs`; never rejects.
   */
  async sample(kind: 'joining' | 'afresh' = 'joining'): Promise<void> {
    const pending =
      kind === 'joining'
        ? this.startAll(Infinity)
        : Array.from(this.options.callbacks, (callback) => callback.startAfresh());
    if (pending.length === 0) return;
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.options.intervalMs);
    });
    await Promise.race([Promise.all(pending), deadline]);
    clearTimeout(timer);
  }

  /** Runs no further rounds of itself. */
  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  /**
   * Runs a last round, for whoever cannot wait: what is synchronous in the callbacks is done when the call returns.
   * No other follows.
   */
  end(): void {
    this.stop();
    void this.startAll(Infinity);
  }

  /** Starts all, and gives those that have not ended then. */
  private startAll(lateAfterMs: number): Promise<void>[] {
    const pending: Promise<void>[] = [];
    for (const callback of this.options.callbacks) {
      const ended = callback.start(lateAfterMs);
      if (ended !== undefined) pending.push(ended);
    }
    return pending;
  }

  private schedule(delayMs: number): void {
    this.timer = setTimeout(() => {
      this.schedule(this.options.intervalMs);
      // Timers come a little early at times.
      void this.startAll(0.9 * this.options.intervalMs);
    }, delayMs).unref();
  }
}
