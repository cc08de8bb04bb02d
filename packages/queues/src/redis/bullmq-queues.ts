import { checkNames } from '../check-options.js';
import { checkOptionNames } from '../option-names.js';
import type { QueueReader, QueueReading } from '../queue-reader.js';
import type { RedisClient } from '../redis-client.js';
import { BULLMQ_SCRIPT } from './bullmq-script.js';
import { readOnlyScript } from './read-only-script.js';
import { redisTime } from './redis-time.js';

/** Where BullMQ keeps its jobs, and which of its queues get series. */
export interface BullmqQueuesOptions {
  /** A client of `ioredis` or `redis` (node-redis), which may be the one that BullMQ uses. */
  readonly redis: RedisClient;
  /** The queues that get series. */
  readonly names: readonly string[];
  /** BullMQ's `prefix`; `bull` by default. */
  readonly prefix?: string;
  /** The label `broker`; `bullmq` by default. */
  readonly broker?: string;
}

/** What the script says of a queue; times in milliseconds. */
type QueueAnswer = readonly [
  ready: number,
  scheduled: number,
  active: number,
  blocked: number,
  paused: number,
  completed: number,
  failed: number,
  readySince: string,
  failedSince: string,
];

/**
 * Reads the queues of BullMQ (4 to 6) on Redis: one script for all of them, whose cost does not depend on how many jobs there
 * are.
 *
 * Ready since is when a job was added, its delay over, or its last attempt begun, whichever is latest. Dead letters are the jobs of the
 * `failed` set, for as long as BullMQ keeps them.
 *
 * @throws QueueMetricsError for names that cannot be.
 */
export function bullmqQueues(options: BullmqQueuesOptions): QueueReader {
  checkOptionNames('bullmqQueues()', options, { redis: true, names: true, prefix: true, broker: true });
  const { redis, names, prefix = 'bull', broker = 'bullmq' } = options;
  checkNames(names);
  const keys = names.map((name) => `${prefix}:${name}:`);
  return {
    broker,
    names,
    states: ['ready', 'scheduled', 'active', 'blocked', 'paused', 'completed', 'failed'],
    async read() {
      const [time, ...answers] = (await readOnlyScript(redis, BULLMQ_SCRIPT, keys)) as [
        unknown,
        ...QueueAnswer[],
      ];
      return {
        brokerTimeSeconds: redisTime(time),
        queues: answers.map((answer, index) => readingOf(names[index] ?? '', answer)),
      };
    },
  };
}

function readingOf(
  queue: string,
  [ready, scheduled, active, blocked, paused, completed, failed, readySince, failedSince]: QueueAnswer,
): QueueReading {
  return {
    queue,
    depth: { ready, scheduled, active, blocked, paused, completed, failed },
    oldestReadySeconds: seconds(readySince),
    deadLetters: { depth: failed, oldestSeconds: seconds(failedSince) },
  };
}

/** An application may give a job any timestamp: one that is no time is left out. */
function seconds(milliseconds: string): number | undefined {
  const value = milliseconds === '' ? Number.NaN : Number(milliseconds) / 1000;
  return Number.isFinite(value) && value >= 0 ? value : undefined;
}
