import { createHash } from 'node:crypto';

import { type RedisClient, sendRedis } from '../redis-client.js';
import { type CeleryMessage, parseCeleryMessage } from './celery-message.js';
import type { DeadLetterBroker, DeadLetterSearch, FoundDeadLetter } from './dead-letter-broker.js';
import { type DeadLetterOutcome, DONE, GONE, refused } from './dead-letter.js';
import { DeadLettersError } from './dead-letters-error.js';
import { checkOptionNames } from './option-names.js';

/** Lists in Redis whose elements are dead letters. */
export interface ListDeadLettersOptions {
  readonly redis: RedisClient;
  /** Keys of lists that hold dead letters. */
  readonly names: readonly string[];
  /** `celery` reads ids and tasks, and makes a replayed message one of its new queue; `plain` looks into nothing. */
  readonly format?: 'celery' | 'plain';
  /** The end at which producers add: `left` (LPUSH, as Celery does) by default. Replayed elements are added there, too. */
  readonly newestAt?: 'left' | 'right';
  /** The label `broker`; `redis` by default. */
  readonly broker?: string;
}

/** The element itself. */
export interface ListHandle {
  readonly element: string;
  readonly celery: CeleryMessage | undefined;
}

const PAGE = 100;

/**
 * Moves one element, if it is there still. Nothing of a script is done when Redis dies in it; what it did before a command that
 * is refused stays, so it adds first: to a key that holds no list, or that this user may not write, nothing gets lost.
 */
const MOVE = `
redis.call(ARGV[3], KEYS[2], ARGV[2])
if redis.call('LREM', KEYS[1], 1, ARGV[1]) == 1 then return 1 end
redis.call('LREM', KEYS[2], ARGV[3] == 'LPUSH' and 1 or -1, ARGV[2])
return 0`;

/**
 * Dead letters in lists of Redis, such as those of Celery or of a queue made by hand. Where they go has to be said with
 * each replay (`to`). A replay is one script in Redis, a drop one `LREM`: once or not at all. Neither knows when an
 * element came; equal elements have one id and are as many letters. In a cluster, both lists have to share a slot.
 */
export function listDeadLetters(options: ListDeadLettersOptions): DeadLetterBroker<ListHandle> {
  checkOptionNames('listDeadLetters()', options, {
    redis: true,
    names: true,
    format: true,
    newestAt: true,
    broker: true,
  });
  const { redis, names, format = 'plain', newestAt = 'left', broker = 'redis' } = options;
  if (names.length === 0)
    throw new DeadLettersError('OPTIONS_INVALID', 'names has to name at least one list.');
  const push = newestAt === 'left' ? 'LPUSH' : 'RPUSH';

  /** A page of a list, the oldest first. */
  async function readPage(key: string, start: number): Promise<string[]> {
    const range = newestAt === 'left' ? [-start - PAGE, -start - 1] : [start, start + PAGE - 1];
    const elements = (await sendRedis(redis, 'LRANGE', key, ...range.map(String))) as string[];
    return newestAt === 'left' ? elements.toReversed() : elements;
  }

  async function findIn(queue: string, search: DeadLetterSearch): Promise<FoundDeadLetter<ListHandle>[]> {
    const found: FoundDeadLetter<ListHandle>[] = [];
    for (let start = 0; found.length < search.limit; start += PAGE) {
      const page = await readPage(queue, start);
      for (const element of page) {
        const celery = format === 'celery' ? parseCeleryMessage(element) : undefined;
        const each = readElement(queue, element, celery, search.payloads);
        const { id, task } = each.letter;
        if (search.ids?.has(id) !== false && (search.task === undefined || task === search.task))
          found.push(each);
      }
      if (page.length < PAGE) break;
    }
    return found;
  }

  return {
    broker,
    async find(search) {
      if (search.task !== undefined && format === 'plain')
        throw new DeadLettersError(
          'SELECTION_UNSUPPORTED',
          'A plain list knows no tasks: select by queue or id.',
        );
      const chosen = names.filter((queue) => search.queue === undefined || queue === search.queue);
      if (chosen.length === 0)
        throw new DeadLettersError('SELECTION_UNSUPPORTED', 'queue has to be one of those that were given.');
      const found = await Promise.all(chosen.map((queue) => findIn(queue, search)));
      return found.flat().slice(0, search.limit);
    },
    async replay({ letter: { queue }, handle: { element, celery } }, to) {
      if (to === undefined)
        return refused('a list does not know where its elements came from: say where it goes');
      if (to === queue) return refused('it lies in that list already');
      const moved = celery?.sentTo(to) ?? element;
      return outcome(await sendRedis(redis, 'EVAL', MOVE, '2', queue, to, element, moved, push));
    },
    drop: async ({ letter: { queue }, handle: { element } }) =>
      outcome(await sendRedis(redis, 'LREM', queue, '1', element)),
  };
}

function outcome(reply: unknown): DeadLetterOutcome {
  return Number(reply) === 1 ? DONE : GONE;
}

function readElement(
  queue: string,
  element: string,
  celery: CeleryMessage | undefined,
  payloads: boolean,
): FoundDeadLetter<ListHandle> {
  return {
    letter: {
      id: celery?.id ?? createHash('sha256').update(element).digest('hex').slice(0, 32),
      queue,
      ...(celery?.task !== undefined && { task: celery.task }),
      ...(payloads && { payload: celery?.payload ?? element }),
    },
    handle: { element, celery },
  };
}
