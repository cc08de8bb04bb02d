import type { BrokerReading, DeadLetterReading, QueueReader, QueueReading } from './queue-reader.js';
import { isQueueState, type QueueState } from './queue-state.js';

/** A reading that may be shown: of listed queues only, and of all of them. */
export interface CheckedReading {
  readonly queues: readonly Required<QueueReading>[];
  readonly brokerTimeSeconds: number | undefined;
  readonly unlistedQueues: number | undefined;
}

/**
 * Brings a reading into the form in which it is shown: every listed queue with every state of the reader, and no queue besides.
 *
 * @throws Error for a number or a state that cannot be; its text holds no name of a queue.
 */
export function checkReading(
  reading: BrokerReading,
  { names, states }: Pick<QueueReader, 'names' | 'states'>,
): CheckedReading {
  const listed = new Set(names);
  const found = new Map<string, QueueReading>();
  const others = new Set<string>();
  for (const each of reading.queues) {
    if (!listed.has(each.queue)) others.add(each.queue);
    else if (found.has(each.queue)) throw new Error('A reading has two entries for one queue.');
    else found.set(each.queue, each);
  }
  const { brokerTimeSeconds, unlistedQueues } = reading;
  const unlisted =
    unlistedQueues === undefined && others.size === 0 ? undefined : (unlistedQueues ?? 0) + others.size;
  return {
    queues: names.map((queue) => checkQueue(queue, found.get(queue), states)),
    brokerTimeSeconds: optional(brokerTimeSeconds, 'brokerTimeSeconds'),
    unlistedQueues: optional(unlisted, 'unlistedQueues'),
  };
}

function checkQueue(
  queue: string,
  reading: QueueReading | undefined,
  states: readonly QueueState[],
): Required<QueueReading> {
  const depth: Partial<Record<QueueState, number | undefined>> = Object.fromEntries(
    states.map((state) => [state, 0]),
  );
  for (const [state, count] of Object.entries(reading?.depth ?? {})) {
    if (!isQueueState(state) || !states.includes(state))
      throw new Error('A reading has a depth for a state that is not among the states of its reader.');
    depth[state] = optional(count, 'depth');
  }
  return {
    queue,
    depth,
    oldestReadySeconds: optional(reading?.oldestReadySeconds, 'oldestReadySeconds'),
    deadLetters: reading?.deadLetters && checkDeadLetters(reading.deadLetters),
  };
}

function checkDeadLetters({ depth, oldestSeconds }: DeadLetterReading): DeadLetterReading {
  return {
    depth: amount(depth, 'deadLetters.depth'),
    oldestSeconds: optional(oldestSeconds, 'deadLetters.oldestSeconds'),
  };
}

function optional(value: number | undefined, what: string): number | undefined {
  return value === undefined ? undefined : amount(value, what);
}

function amount(value: number, what: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0)
    throw new Error(
      `${what} of a reading has to be a number that is finite and not negative, got ${typeof value}.`,
    );
  return value;
}
