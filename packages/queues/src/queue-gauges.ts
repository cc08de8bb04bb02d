import { Gauge, type Registry } from 'prom-client';

import type { Standing } from './cached-reading.js';
import { QueueMetricsError } from './queue-metrics-error.js';

/** Where the gauges are registered, what their names begin with, and whether there are ages. */
export interface GaugeOptions {
  readonly registry: Registry;
  readonly prefix: string;
  readonly ages: boolean;
  /** Runs before each exposition; the gauges are up to date when it is over. */
  readonly collect: () => Promise<void>;
}

/** The gauges of all brokers of one process. */
export interface QueueGauges {
  /** Shows how a broker stands. Synchronous, so that an exposition has numbers of one reading. */
  show(broker: string, standing: Standing): void;
  /** Takes the gauges out of the registry. */
  remove(): void;
}

/**
 * Registers the gauges.
 *
 * @throws QueueMetricsError where the registry has a metric of one of the names already.
 */
export function queueGauges({ registry, prefix, ages, collect }: GaugeOptions): QueueGauges {
  const taken = NAMES.map((name) => prefix + name).find((name) => registry.getSingleMetric(name));
  if (taken !== undefined)
    throw new QueueMetricsError(
      `The registry has a metric ${taken} already: make the queue metrics of a process once, with all its brokers, or give each a prefix.`,
    );
  const made: string[] = [];
  const gauge = <Label extends string>(
    name: (typeof NAMES)[number],
    help: string,
    labelNames: readonly Label[],
  ): Gauge<Label> => {
    made.push(prefix + name);
    return new Gauge({ name: prefix + name, help, labelNames, registers: [registry], collect });
  };
  const ofQueue = ['broker', 'queue'] as const;
  const ofBroker = ['broker'] as const;

  const depth = gauge('queue_depth', 'Messages in the queue by state.', [...ofQueue, 'state']);
  const oldest = gauge(
    'queue_oldest_ready_timestamp_seconds',
    'Since when the message has been ready that has been ready longest; absent where none is.',
    ofQueue,
  );
  const deadDepth = gauge(
    'queue_dead_letter_depth',
    'Messages lying in the queue because every attempt failed.',
    ofQueue,
  );
  const deadOldest = gauge(
    'queue_dead_letter_oldest_timestamp_seconds',
    'When the oldest of the dead letters came; absent where there is none.',
    ofQueue,
  );
  const age = ages
    ? gauge(
        'queue_oldest_ready_age_seconds',
        'How long the message had been ready that was ready longest, by the clock of the broker at the reading; 0 where none was.',
        ofQueue,
      )
    : undefined;
  const deadAge = ages
    ? gauge(
        'queue_dead_letter_oldest_age_seconds',
        'How old the oldest dead letter was, by the clock of the broker at the reading; 0 where there was none.',
        ofQueue,
      )
    : undefined;
  const up = gauge('queue_broker_up', '1 if the last reading of the broker succeeded, else 0.', ofBroker);
  const readAt = gauge(
    'queue_broker_last_success_timestamp_seconds',
    'When the values of the broker were read; 0 if they never were.',
    ofBroker,
  );
  const duration = gauge(
    'queue_broker_read_duration_seconds',
    'How long the last reading took that succeeded.',
    ofBroker,
  );
  const clockOffset = gauge(
    'queue_broker_clock_offset_seconds',
    'How far the clock of the broker was ahead of the clock of this process, to within the duration of the reading.',
    ofBroker,
  );
  const unlisted = gauge(
    'queue_unlisted_queues',
    'Queues of the broker that are not listed here and so have no series.',
    ofBroker,
  );

  return {
    show(broker, { up: isUp, last }) {
      up.set({ broker }, isUp ? 1 : 0);
      readAt.set({ broker }, last?.readAtSeconds ?? 0);
      // Else what is shown is the last good reading already.
      if (last === undefined || !isUp) return;
      const brokerTime = last.brokerTimeSeconds;
      duration.set({ broker }, last.durationSeconds);
      put(clockOffset, { broker }, brokerTime && brokerTime - last.askedAtSeconds);
      put(unlisted, { broker }, last.unlistedQueues);
      const since = (seconds: number | undefined): number =>
        seconds === undefined ? 0 : Math.max(0, (brokerTime ?? last.readAtSeconds) - seconds);
      for (const { queue, depth: byState, oldestReadySeconds, deadLetters } of last.queues) {
        const labels = { broker, queue };
        for (const [state, count] of Object.entries(byState)) put(depth, { ...labels, state }, count);
        put(oldest, labels, oldestReadySeconds);
        put(deadDepth, labels, deadLetters?.depth);
        put(deadOldest, labels, deadLetters?.oldestSeconds);
        age?.set(labels, since(oldestReadySeconds));
        if (deadAge) put(deadAge, labels, deadLetters && since(deadLetters.oldestSeconds));
      }
    },
    remove() {
      for (const name of made) registry.removeSingleMetric(name);
    },
  };
}

/** Sets a gauge, or removes its series where there is no value: no number is better than a wrong one. */
function put<Label extends string>(
  target: Gauge<Label>,
  labels: Record<Label, string>,
  value: number | undefined,
): void {
  if (value === undefined) target.remove(labels);
  else target.set(labels, value);
}

const NAMES = [
  'queue_depth',
  'queue_oldest_ready_timestamp_seconds',
  'queue_dead_letter_depth',
  'queue_dead_letter_oldest_timestamp_seconds',
  'queue_oldest_ready_age_seconds',
  'queue_dead_letter_oldest_age_seconds',
  'queue_broker_up',
  'queue_broker_last_success_timestamp_seconds',
  'queue_broker_read_duration_seconds',
  'queue_broker_clock_offset_seconds',
  'queue_unlisted_queues',
] as const;
