import type { Attempt } from './attempt.js';
import { presentableError } from './presentable-error.js';

/** What is used of a job of BullMQ (5 or newer). */
export interface BullmqJob {
  readonly name: string;
  /** Milliseconds since 1970 when it was added. */
  readonly timestamp: number;
  /** Milliseconds since 1970 when this attempt was taken. */
  readonly processedOn?: number | undefined;
  readonly opts: { readonly delay?: number | undefined };
  /** Attempts that have ended. */
  readonly attemptsMade: number;
  /** Times that it was taken, this one included. */
  readonly attemptsStarted?: number | undefined;
  /** Milliseconds since 1970 when it was completed, or failed for good. */
  readonly finishedOn?: number | undefined;
  moveToCompleted(...args: never): Promise<unknown>;
  moveToFailed(...args: never): Promise<unknown>;
}

/** How the code of an attempt ended, to be counted when the broker has taken it. */
export interface AttemptEnd {
  succeeds(): void;
  fails(error: unknown, errorClass?: string): void;
  /** The job was given back: nothing more will be heard of this attempt. */
  postpones(): void;
}

/** Whether a worker is closed, and what is to be done then: who has had no answer by then gets none. */
export interface Closing {
  isClosed: boolean;
  readonly waiting: Set<() => void>;
}

type Move = (...args: unknown[]) => Promise<unknown>;

type Outcome =
  | { readonly kind: 'running' }
  | { readonly kind: 'success' }
  | { readonly kind: 'failure'; readonly error: unknown; readonly errorClass?: string };

/**
 * Follows a job to its end. BullMQ's worker tells Redis of an end by `job.moveToCompleted()` and `job.moveToFailed()`, again
 * and again where the connection is gone; what these return is the one place where it shows that Redis took it, and that it
 * did not, since another worker has the job.
 *
 * @param counted - Called when the attempt has been counted.
 */
export function followToEnd(
  attempt: Attempt,
  job: BullmqJob,
  closing: Closing,
  counted: () => void,
): AttemptEnd {
  let outcome: Outcome = { kind: 'running' };

  function count(end: () => void): void {
    closing.waiting.delete(giveUp);
    end();
    counted();
  }

  function countFailure(reason: unknown, deadLettered: boolean): void {
    // Where the code ended well, it is the broker that refused, or the result that could not be kept.
    const { error, errorClass } = outcome.kind === 'failure' ? outcome : { error: reason };
    count(() => attempt.failed(error, { ...(errorClass !== undefined && { errorClass }), deadLettered }));
  }

  function giveUp(): void {
    if (outcome.kind === 'running') return;
    if (outcome.kind === 'failure') countFailure(undefined, false);
    else count(() => attempt.failed(undefined, { errorClass: 'unacknowledged' }));
  }

  function ran(how: Outcome): void {
    outcome = how;
    attempt.ran();
    if (closing.isClosed) giveUp();
  }

  intercept(job, 'moveToCompleted', async (move) => {
    const answer = await move();
    count(() => attempt.succeeded());
    return answer;
  });
  intercept(job, 'moveToFailed', async (move, reason) => {
    try {
      const answer = await move();
      countFailure(reason, job.finishedOn !== undefined);
      return answer;
    } catch (error) {
      if (!isAskedAgain(error)) giveUp();
      throw error;
    }
  });
  closing.waiting.add(giveUp);

  return {
    succeeds: () => ran({ kind: 'success' }),
    fails: (error, errorClass) =>
      ran({ kind: 'failure', error, ...(errorClass !== undefined && { errorClass }) }),
    postpones: () => count(() => attempt.postponed()),
  };
}

function intercept(
  job: BullmqJob,
  method: 'moveToCompleted' | 'moveToFailed',
  around: (move: () => Promise<unknown>, first: unknown) => Promise<unknown>,
): void {
  const original = job[method] as Move;
  const value: Move = (...args) => around(() => original.apply(job, args), args[0]);
  Object.defineProperty(job, method, { value, configurable: true, writable: true });
}

/** Whether BullMQ tries again after this error: as it does where there is no connection. */
function isAskedAgain(error: unknown): boolean {
  const { message } = presentableError(error);
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return (
    message.startsWith('Connection is closed') || message.includes('ECONNREFUSED') || code === 'ECONNREFUSED'
  );
}
