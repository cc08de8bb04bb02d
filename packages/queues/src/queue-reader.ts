import type { QueueState } from './queue-state.js';

/**
 * Reads how the queues of one broker stand. The readers of this package are made by functions such as `pgBossQueues`; one of
 * your own is an object of this shape.
 */
export interface QueueReader {
  /** The label `broker`; different for each reader of one process. Letters, digits, dots, dashes and underscores. */
  readonly broker: string;
  /** The queues that get series. What a reading says of others is left out, and counted. */
  readonly names: readonly string[];
  /** The states that every queue has a depth of: 0 where a reading names none. */
  readonly states: readonly QueueState[];
  /**
   * Asks the broker once. Rejects where it does not answer; the last good reading is shown then. Never called again before it
   * has settled or was given up.
   */
  read(context: ReadContext): Promise<BrokerReading>;
}

/** What a reader is told for one reading. */
export interface ReadContext {
  /** Fires when the reading is given up: what it holds, it lets go of. */
  readonly signal: AbortSignal;
  /** How long the reading may take before it is given up, in milliseconds. */
  readonly timeoutMs: number;
}

/** How the queues of one broker stand at one moment. */
export interface BrokerReading {
  readonly queues: readonly QueueReading[];
  /** The broker's clock at the reading, unix seconds: ages are counted by it. Ours, if the broker has none. */
  readonly brokerTimeSeconds?: number | undefined;
  /** Queues that the broker has and that are not among the reader's names, if it can say. */
  readonly unlistedQueues?: number | undefined;
}

/** How one queue stands. */
export interface QueueReading {
  readonly queue: string;
  /** Messages by state. A state that is left out has none; one that is `undefined` gets no series, as nobody knows. */
  readonly depth: Readonly<Partial<Record<QueueState, number | undefined>>>;
  /** Since when the message has been ready that has been ready longest, unix seconds; none if nothing is ready or nobody knows. */
  readonly oldestReadySeconds?: number | undefined;
  /** Messages that failed for good and lie in this queue, if it is where they lie. */
  readonly deadLetters?: DeadLetterReading | undefined;
}

/** What lies there because every attempt failed. */
export interface DeadLetterReading {
  readonly depth: number;
  /** When the oldest of them came to lie there, unix seconds. */
  readonly oldestSeconds?: number | undefined;
}
