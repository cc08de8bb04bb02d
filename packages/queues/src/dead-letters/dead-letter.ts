/** A job that failed for good, as its broker keeps it. */
export interface DeadLetter {
  /** The broker's own id of the job; for messages without one, a hash of the message. */
  readonly id: string;
  /** Where it lies: a dead-letter queue, or the queue in which it failed. */
  readonly queue: string;
  /** The task's name, where the broker knows one. */
  readonly task?: string;
  /** When it failed for good, or came into the dead-letter queue, where the broker keeps that. */
  readonly failedAt?: Date;
  /** How often it was tried, where the broker keeps that. */
  readonly attempts?: number;
  /** The class of its last error, such as `TypeError`, where it can be told without the message. */
  readonly errorName?: string;
  /** What the job was given; only where payloads were asked for. */
  readonly payload?: unknown;
  /** What its last error said, which is as personal as the payload; only where payloads were asked for. */
  readonly error?: string;
}

/** Which dead letters are meant; all that the broker was set up for, where nothing is said. */
export interface DeadLetterSelection {
  /** Those that lie in this queue. */
  readonly queue?: string;
  /** Those of this task; not for pg-boss and plain lists, which know no tasks. */
  readonly task?: string;
  /** Those with these ids. */
  readonly ids?: readonly string[];
  /** At most so many, the oldest first: 1 to 100,000, 100 by default, or as many as there are `ids`. */
  readonly limit?: number;
}

/** What became of one dead letter. */
export type DeadLetterOutcome =
  | { readonly kind: 'done' }
  /** It was not there any more: somebody else replayed or dropped it, or a consumer has it. */
  | { readonly kind: 'gone' }
  /** The broker did not take it; it lies where it lay. */
  | { readonly kind: 'refused'; readonly reason: string };

export const DONE: DeadLetterOutcome = { kind: 'done' };
export const GONE: DeadLetterOutcome = { kind: 'gone' };

/** The outcome of a letter that stays where it is. */
export function refused(reason: string): DeadLetterOutcome {
  return { kind: 'refused', reason };
}
