import { register, type Registry } from 'prom-client';

import { cachedReading, type GoodReading, type Standing } from './cached-reading.js';
import { checkMilliseconds, checkNames } from './check-options.js';
import { errorCodeOf } from './error-code.js';
import { checkOptionNames } from './option-names.js';
import { queueGauges } from './queue-gauges.js';
import { QueueMetricsError } from './queue-metrics-error.js';
import type { QueueReader, QueueReading } from './queue-reader.js';
import { isQueueState } from './queue-state.js';

/** Which brokers are read, how often, and where their gauges go. */
export interface QueueMetricsOptions {
  /** What to read: `pgBossQueues(…)`, `bullmqQueues(…)`, … or readers of your own. */
  readonly queues: readonly QueueReader[];
  /** Where the gauges are registered; prom-client's own `register` by default. */
  readonly registry?: Registry;
  /** What the names of the gauges begin with; nothing by default. */
  readonly prefix?: string;
  /** How long a reading, or a failure to read, is good for, in milliseconds; 5,000 by default. A broker is not asked in that time. */
  readonly ttlMs?: number;
  /** How long a scrape waits for a broker, in milliseconds; 2,000 by default. Then the last good values are shown. */
  readonly timeoutMs?: number;
  /** Whether ages are shown besides timestamps; false by default. */
  readonly ages?: boolean;
  /** Is told when a broker cannot be read, and when it can again. A warning of the process by default. */
  readonly onProblem?: (problem: QueueProblem) => void;
}

/** A broker that cannot be read. What is shown of it are old values. */
export interface QueueProblem {
  readonly code: 'read-failed';
  readonly broker: string;
  /** False when it begins, true when it is over: each is told once. */
  readonly resolved: boolean;
  /** One sentence, with nothing of the error but its code. */
  readonly message: string;
  /** What the reader rejected with. A driver's error may hold names and addresses. */
  readonly cause?: unknown;
}

/** How a broker stands as far as is known: what the gauges show. */
export interface BrokerStanding {
  readonly broker: string;
  /** Whether the last reading succeeded; if not, the queues are as they were at {@link readAtSeconds}. */
  readonly up: boolean;
  /** When the queues were read, unix seconds; `undefined` if they never were. */
  readonly readAtSeconds: number | undefined;
  readonly queues: readonly QueueReading[];
}

/** The gauges of the queues of a process. */
export interface QueueMetrics {
  /** Says how the brokers stand, by the same cache that scrapes go through. Never rejects. */
  read(): Promise<readonly BrokerStanding[]>;
  /** Takes the gauges out of the registry. Clients of brokers are the caller's to close. */
  close(): void;
}

/**
 * Registers gauges of how the queues of brokers stand, read when somebody scrapes and kept for a while. One process of a
 * deployment is to do so: what a broker says is the same everywhere.
 *
 * @throws QueueMetricsError for options that cannot be, two readers of one `broker`, and names of metrics that are taken.
 */
export function createQueueMetrics(options: QueueMetricsOptions): QueueMetrics {
  checkOptionNames('createQueueMetrics()', options, {
    queues: true,
    registry: true,
    prefix: true,
    ttlMs: true,
    timeoutMs: true,
    ages: true,
    onProblem: true,
  });
  const {
    queues: readers,
    registry = register,
    prefix = '',
    ttlMs = 5000,
    timeoutMs = 2000,
    ages = false,
    onProblem = warn,
  } = options;
  checkMilliseconds('ttlMs', ttlMs);
  checkMilliseconds('timeoutMs', timeoutMs);
  if (!/^(?:[a-zA-Z_][a-zA-Z0-9_]*)?$/.test(prefix))
    throw new QueueMetricsError(
      'prefix has to be empty or the beginning of a name of a metric, such as shop_.',
    );
  checkReaders(readers);

  const gauges = queueGauges({
    registry,
    prefix,
    ages,
    collect: async () => void (await Promise.all(brokers.map(({ refresh }) => refresh()))),
  });
  const brokers = readers.map((reader) => {
    const tell = tellChanges(reader.broker, onProblem);
    return {
      broker: reader.broker,
      refresh: cachedReading(reader, {
        ttlMs,
        timeoutMs,
        onSettled(standing, failure) {
          gauges.show(reader.broker, standing);
          tell(failure);
        },
      }),
    };
  });

  return {
    read: () => Promise.all(brokers.map(async ({ broker, refresh }) => describe(broker, await refresh()))),
    close: () => gauges.remove(),
  };
}

function describe(broker: string, { up, last }: Standing): BrokerStanding {
  const { readAtSeconds, queues = [] }: Partial<GoodReading> = last ?? {};
  return { broker, up, readAtSeconds, queues };
}

function checkReaders(readers: readonly QueueReader[]): void {
  const brokers = new Set<string>();
  for (const { broker, names, states } of readers) {
    if (typeof broker !== 'string' || !/^[\w.-]{1,64}$/.test(broker))
      throw new QueueMetricsError(
        'broker of a reader has to be 1 to 64 letters, digits, dots, dashes or underscores.',
      );
    if (brokers.has(broker))
      throw new QueueMetricsError(`Two readers have the broker ${broker}: give each one of its own.`);
    brokers.add(broker);
    checkNames(names);
    if (!states.every(isQueueState))
      throw new QueueMetricsError(`states of the reader of ${broker} have one that is no state of a queue.`);
  }
}

/** Passes on the first failure and the first success after it. */
function tellChanges(
  broker: string,
  onProblem: (problem: QueueProblem) => void,
): (failure: { readonly error: unknown } | undefined) => void {
  let failing = false;
  return (failure) => {
    if (failing === (failure !== undefined)) return;
    failing = !failing;
    const message = failing
      ? `The queues of ${broker} cannot be read (${errorCodeOf(failure?.error) ?? 'see its cause'}): old values are shown.`
      : `The queues of ${broker} can be read again.`;
    const problem: QueueProblem = {
      code: 'read-failed',
      broker,
      resolved: !failing,
      message,
      ...(failure && { cause: failure.error }),
    };
    // A scrape is not to fail because its failures cannot be told, nor the process because they cannot be told later.
    void (async () => onProblem(problem))().catch(() => {});
  };
}

function warn({ message }: QueueProblem): void {
  process.emitWarning(message, { type: 'QueueMetricsWarning' });
}
