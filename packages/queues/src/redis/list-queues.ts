import { checkNames } from '../check-options.js';
import { checkOptionNames } from '../option-names.js';
import { QueueMetricsError } from '../queue-metrics-error.js';
import type { QueueReader, QueueReading } from '../queue-reader.js';
import type { RedisClient } from '../redis-client.js';
import { readOnlyScript } from './read-only-script.js';
import { redisTime } from './redis-time.js';

/** Lists of Redis that serve as queues. */
export interface ListQueuesOptions {
  /** A client of `ioredis` or `redis` (node-redis). */
  readonly redis: RedisClient;
  readonly lists: readonly ListQueue[];
  /** The label `broker`; `redis` by default. */
  readonly broker?: string;
}

/** A queue of one list, or of a few. */
export interface ListQueue {
  /** The label `queue`. */
  readonly name: string;
  /** The list of what is ready; its name by default. */
  readonly key?: string;
  /** The list that a worker moves to what it takes, if it does (`LMOVE`). */
  readonly activeKey?: string;
  /** The list of what failed for good, if there is one. */
  readonly deadLetterKey?: string;
  /**
   * When an element was put there, unix seconds; what throws or is no time counts as unknown. Without it there is no oldest: an
   * element of a list has no time. Both ends of a list are asked, and the older one counts.
   */
  readonly sentAt?: (element: string) => number | undefined;
}

/** The length of each list and, for those that are asked for them, the elements at its ends. */
const SCRIPT = `
local answer = { redis.call('TIME') }
for index, key in ipairs(KEYS) do
  local list = { redis.call('LLEN', key) }
  if ARGV[index] == '1' and list[1] > 0 then
    list[2] = redis.call('LINDEX', key, 0)
    list[3] = redis.call('LINDEX', key, -1)
  end
  answer[#answer + 1] = list
end
return answer
`;

type ListAnswer = readonly [length: number, ...ends: string[]];

/**
 * Reads queues that are plain lists, one script for all of them, whose cost does not depend on their lengths.
 *
 * @throws QueueMetricsError for names that cannot be.
 */
export function listQueues(options: ListQueuesOptions): QueueReader {
  checkOptionNames('listQueues()', options, { redis: true, lists: true, broker: true });
  const { redis, lists, broker = 'redis' } = options;
  for (const [index, list] of lists.entries())
    checkOptionNames(`lists[${index}] of listQueues()`, list, {
      name: true,
      key: true,
      activeKey: true,
      deadLetterKey: true,
      sentAt: true,
    });
  const names = lists.map(({ name }) => name);
  checkNames(names);
  const keys = lists.flatMap(({ name, key = name, activeKey, deadLetterKey }) => [
    key,
    activeKey,
    deadLetterKey,
  ]);
  if (keys.some((key) => key === ''))
    throw new QueueMetricsError('key, activeKey and deadLetterKey of a list cannot be empty.');
  const present = keys.filter((key) => key !== undefined);
  const withEnds = lists.flatMap(({ activeKey, deadLetterKey, sentAt }) => [
    sentAt ? '1' : '0',
    ...(activeKey === undefined ? [] : ['0']),
    ...(deadLetterKey === undefined ? [] : [sentAt ? '1' : '0']),
  ]);

  return {
    broker,
    names,
    states: ['ready', 'active'],
    async read() {
      const [time, ...answers] = (await readOnlyScript(redis, SCRIPT, present, withEnds)) as [
        unknown,
        ...ListAnswer[],
      ];
      const next = (): ListAnswer => answers.shift() ?? [0];
      return {
        brokerTimeSeconds: redisTime(time),
        queues: lists.map((list) => readingOf(list, next)),
      };
    },
  };
}

/** @param next - Gives the answers for the lists of the queue, in the order of their keys. */
function readingOf(
  { name, activeKey, deadLetterKey, sentAt }: ListQueue,
  next: () => ListAnswer,
): QueueReading {
  const [ready, ...ends] = next();
  const active = activeKey === undefined ? undefined : next()[0];
  const [dead = 0, ...deadEnds] = deadLetterKey === undefined ? [] : next();
  return {
    queue: name,
    depth: { ready, active },
    oldestReadySeconds: oldest(ends, sentAt),
    deadLetters:
      deadLetterKey === undefined ? undefined : { depth: dead, oldestSeconds: oldest(deadEnds, sentAt) },
  };
}

function oldest(elements: readonly string[], sentAt: ListQueue['sentAt']): number | undefined {
  const times = elements.flatMap((element) => {
    try {
      return sentAt?.(element) ?? [];
    } catch {
      return [];
    }
  });
  const known = times.filter((time) => Number.isFinite(time) && time >= 0);
  return known.length === 0 ? undefined : Math.min(...known);
}
