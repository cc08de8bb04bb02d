import type { CallbackListener } from './callback-listener.js';

/** A synchronous part that is longer keeps the event loop from the application's own work for too long. */
const LONGEST_BLOCKING_MS = 100;

type Trouble = 'collect-failed' | 'collect-slow';

/** What is called again and again. */
export interface CallbackSource {
  /** The metric in whose name problems are told. */
  readonly metric: string;
  /** What runs, for the text of problems: `The collect callback of metric x`. */
  readonly title: string;
  /** Runs it; undefined where there is nothing to run at the moment. */
  readonly run: (() => unknown) | undefined;
}

/**
 * A callback that belongs to others and is run at intervals. It never runs twice at once, and whatever it does, from
 * throwing to hanging for ever, becomes a problem and an operational counter, and nothing else.
 */
export class SampledCallback {
  private readonly listener: CallbackListener;
  private readonly source: CallbackSource;
  private readonly now: () => number;
  private pending: Promise<void> | undefined;
  /** When the run that is under way, or was the last, began. */
  private startedAt = 0;
  /** Whether the run that is under way, or was the last, took too long. */
  private isLate = false;
  private readonly present = new Set<Trouble>();

  /** @param now - Milliseconds of a clock that only goes on. */
  constructor(
    listener: CallbackListener,
    source: CallbackSource,
    now: () => number = () => performance.now(),
  ) {
    this.listener = listener;
    this.source = source;
    this.now = now;
  }

  /**
   * Runs the callback, unless it still runs since last time.
   *
   * @param lateAfterMs - How long it may have run: longer is a problem.
   * @returns Settles, and never rejects, when the run is over; undefined where it is over already.
   */
  start(lateAfterMs: number): Promise<void> | undefined {
    if (this.pending !== undefined) {
      if (this.now() - this.startedAt > lateAfterMs) this.late('still ran when it was to run again');
      return this.pending;
    }
    const { run } = this.source;
    if (run === undefined) return undefined;
    this.isLate = false;
    this.startedAt = this.now();
    let result: unknown;
    try {
      result = run();
    } catch (error) {
      this.failed(error);
      return undefined;
    }
    if (this.now() - this.startedAt > LONGEST_BLOCKING_MS) {
      this.late(`kept the event loop for more than ${LONGEST_BLOCKING_MS} ms`);
    }
    if (!isThenable(result)) {
      this.succeeded();
      return undefined;
    }
    this.pending = Promise.resolve(result)
      .then(
        () => this.succeeded(),
        (error: unknown) => this.failed(error),
      )
      .finally(() => {
        this.pending = undefined;
      });
    return this.pending;
  }

  /** Runs the callback; if it still runs since last time, again when that is over. */
  async startAfresh(): Promise<void> {
    await this.pending;
    await this.start(Infinity);
  }

  private succeeded(): void {
    this.end('collect-failed', `${this.source.title} works again.`);
    if (!this.isLate) this.end('collect-slow', `${this.source.title} is quick enough again.`);
  }

  private failed(cause: unknown): void {
    // The text of the error is the application's: it may have a label value in it.
    const name = cause instanceof Error ? cause.name : typeof cause;
    this.begin('collect-failed', `${this.source.title} failed (${name}).`, cause);
  }

  private late(what: string): void {
    this.isLate = true;
    this.begin('collect-slow', `${this.source.title} ${what}.`);
  }

  private begin(code: Trouble, happened: string, cause?: unknown): void {
    const { metric } = this.source;
    this.listener.countError(metric);
    if (this.present.has(code)) return;
    this.present.add(code);
    const message = `${happened} What it sets keeps its values until it works; all else goes on.`;
    this.listener.report({
      code,
      resolved: false,
      metric,
      message,
      ...(cause === undefined ? {} : { cause }),
    });
  }

  private end(code: Trouble, message: string): void {
    if (!this.present.delete(code)) return;
    this.listener.report({ code, resolved: true, metric: this.source.metric, message });
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
