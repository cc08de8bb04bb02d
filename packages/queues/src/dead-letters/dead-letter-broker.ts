import type { DeadLetter, DeadLetterOutcome } from './dead-letter.js';

/** What is searched for; every part that is given has to hold. */
export interface DeadLetterSearch {
  readonly queue: string | undefined;
  readonly task: string | undefined;
  readonly ids: ReadonlySet<string> | undefined;
  /** At most so many, the oldest first. */
  readonly limit: number;
  /** Whether payloads and error messages are wanted. Without it, they are not even read where that is possible. */
  readonly payloads: boolean;
}

/** A dead letter, and what its broker has to know to move it. */
export interface FoundDeadLetter<Handle> {
  readonly letter: DeadLetter;
  readonly handle: Handle;
}

/**
 * A broker's own means to find, replay and drop dead letters. A broker that is not among ours plugs in with one of these.
 *
 * Every method rejects as the driver does when the broker cannot be reached.
 */
export interface DeadLetterBroker<Handle = unknown> {
  /** The label `broker`, as the queue gauges have it: `pg-boss`. */
  readonly broker: string;

  /**
   * Changes nothing.
   *
   * @throws DeadLettersError with `SELECTION_UNSUPPORTED` for a queue or task that it cannot search for.
   */
  find(search: DeadLetterSearch): Promise<readonly FoundDeadLetter<Handle>[]>;

  /**
   * Puts one letter back to work. However often it is called for one letter, by however many, one call says `done`;
   * a call that is cut short leaves the letter where it was, or at work, or, at worst and only where the broker says
   * so, in both places; never in neither.
   *
   * @param to - The queue where it goes, where that is not the one it came from.
   */
  replay(found: FoundDeadLetter<Handle>, to: string | undefined): Promise<DeadLetterOutcome>;

  /** Deletes one letter for good, if it is a dead letter still. */
  drop(found: FoundDeadLetter<Handle>): Promise<DeadLetterOutcome>;
}
