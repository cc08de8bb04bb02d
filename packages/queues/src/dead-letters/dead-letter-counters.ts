import { Counter, type Registry } from 'prom-client';

/** Counts what was done to a broker's dead letters, by the queue where they lay. */
export interface DeadLetterCounters {
  count(action: 'replay' | 'drop', queue: string): void;
}

const COUNTED = {
  replay: {
    name: 'queue_dead_letters_replayed_total',
    help: 'Dead letters that were put back to work from this process, by the queue where they lay.',
  },
  drop: {
    name: 'queue_dead_letters_dropped_total',
    help: 'Dead letters that were deleted for good from this process, by the queue where they lay.',
  },
} as const;

/**
 * The two counters in a registry, made or taken as they are there; at 0 for queues that are named, so that the first
 * replay is a rise and not a beginning.
 */
export function countDeadLetters(
  registry: Registry,
  prefix: string,
  broker: string,
  queues: readonly string[],
): DeadLetterCounters {
  const counters = { replay: counter('replay'), drop: counter('drop') };
  for (const queue of queues) for (const each of Object.values(counters)) each.inc({ broker, queue }, 0);

  function counter(action: keyof typeof COUNTED): Counter {
    const name = `${prefix}${COUNTED[action].name}`;
    const known = registry.getSingleMetric(name);
    if (known !== undefined) return known as unknown as Counter;
    return new Counter({
      name,
      help: COUNTED[action].help,
      labelNames: ['broker', 'queue'],
      registers: [registry],
    });
  }

  return { count: (action, queue) => counters[action].inc({ broker, queue }) };
}
