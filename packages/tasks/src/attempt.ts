import type { TaskSeries } from './task-series.js';

/** What is known of an attempt when it begins. */
export interface AttemptStart {
  /** Whether the job has been tried before; by default false. */
  readonly isRetry?: boolean;
  /** Seconds for which the job could have been taken before; what is less than 0, as clocks differ, counts as 0. */
  readonly waitSeconds?: number;
}

/** What is known of a failure besides its error. */
export interface AttemptFailure {
  /** By default what the error shows. */
  readonly errorClass?: string;
  /** Whether the broker has put the job aside, its attempts being used up; by default false. */
  readonly deadLettered?: boolean;
}

/** How an attempt ended. */
export type AttemptOutcome =
  | { readonly kind: 'success' }
  | ({ readonly kind: 'failure'; readonly error?: unknown } & AttemptFailure);

/**
 * One attempt at a job, counted as started. It ends once: the first of {@link Attempt.succeeded}, {@link Attempt.failed} and
 * {@link Attempt.postponed} counts, whatever comes later does nothing. None of them throws.
 */
export interface Attempt {
  /**
   * The task's code has ended, and it is to be seen how the broker takes it: the duration is observed, and the attempt is in
   * progress no longer. The other methods do it too, where nobody has.
   */
  ran(): void;
  /** It ended well. */
  succeeded(): void;
  /** It failed. */
  failed(error: unknown, failure?: AttemptFailure): void;
  /** It ended as neither: the task gave the job back to the broker, to be taken up later. */
  postponed(): void;
}

/** Counts an attempt as started. */
export function beginAttempt(
  series: TaskSeries,
  classOf: (error: unknown) => string,
  now: () => number,
  { isRetry = false, waitSeconds }: AttemptStart,
): Attempt {
  const startedAt = now();
  let isRunning = true;
  let hasEnded = false;
  series.started.inc();
  if (isRetry) series.retried.inc();
  series.inProgress.inc();
  if (!isRetry && waitSeconds !== undefined && Number.isFinite(waitSeconds))
    series.wait.observe(Math.max(0, waitSeconds));

  function ran(): void {
    if (!isRunning) return;
    isRunning = false;
    series.inProgress.dec();
    series.duration.observe((now() - startedAt) / 1000);
  }

  function end(outcome: AttemptOutcome | undefined): void {
    if (hasEnded) return;
    hasEnded = true;
    ran();
    if (outcome !== undefined) countEnd(series, classOf, outcome);
  }

  return {
    ran,
    succeeded: () => end({ kind: 'success' }),
    failed: (error, failure) => end({ kind: 'failure', error, ...failure }),
    postponed: () => end(undefined),
  };
}

/** Counts an end. */
export function countEnd(
  series: TaskSeries,
  classOf: (error: unknown) => string,
  outcome: AttemptOutcome,
): void {
  if (outcome.kind === 'success') {
    series.succeeded.inc();
    return;
  }
  series.countFailure(outcome.errorClass ?? classOf(outcome.error));
  if (outcome.deadLettered === true) series.deadLettered.inc();
}
