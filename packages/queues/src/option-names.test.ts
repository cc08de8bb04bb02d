import { describe, expect, it } from 'vitest';

import {
  bullmqDeadLetters,
  celeryDeadLetters,
  deadLetters,
  graphileWorkerDeadLetters,
  listDeadLetters,
  pgBossDeadLetters,
} from './dead-letters/index.js';
import {
  bullmqQueues,
  celeryQueues,
  createQueueMetrics,
  graphileWorkerQueues,
  listQueues,
  pgBossQueues,
} from './index.js';

const never = (): never => {
  throw new Error('nobody may be asked');
};
const letters = deadLetters({ broker: 'mine', find: never, replay: never, drop: never });

/** Everything that takes options, given one that is misspelt besides what it needs. */
const makers: [string, string, (misspelt: object) => unknown][] = [
  [
    'createQueueMetrics()',
    'queues, registry, prefix, ttlMs, timeoutMs, ages, onProblem',
    (more) => createQueueMetrics({ queues: [], ...more }),
  ],
  [
    'bullmqQueues()',
    'redis, names, prefix, broker',
    (more) => bullmqQueues({ redis: { eval: never } as never, names: ['a'], ...more }),
  ],
  [
    'listQueues()',
    'redis, lists, broker',
    (more) => listQueues({ redis: { eval: never } as never, lists: [{ name: 'a' }], ...more }),
  ],
  [
    'lists[1] of listQueues()',
    'name, key, activeKey, deadLetterKey, sentAt',
    (more) => listQueues({ redis: { eval: never } as never, lists: [{ name: 'a' }, { name: 'b', ...more }] }),
  ],
  [
    'celeryQueues()',
    'sql, names, deadLetterQueues, sentAtHeader, schema, queueTable, messageTable, broker, states',
    (more) => celeryQueues({ sql: { query: never }, names: ['a'], ...more }),
  ],
  [
    'graphileWorkerQueues()',
    'sql, names, schema, broker',
    (more) => graphileWorkerQueues({ sql: { query: never }, names: ['a'], ...more }),
  ],
  [
    'pgBossQueues()',
    'sql, names, schema, broker, states',
    (more) => pgBossQueues({ sql: { query: never }, names: ['a'], ...more }),
  ],
  [
    'deadLetters()',
    'registry, prefix, queues',
    (more) => deadLetters({ broker: 'mine', find: never, replay: never, drop: never }, more),
  ],
  [
    'bullmqDeadLetters()',
    'queues, deadLetterQueues, broker',
    (more) => bullmqDeadLetters({ queues: [{} as never], ...more }),
  ],
  [
    'deadLetterQueues[0] of bullmqDeadLetters()',
    'queue, to, restore',
    (more) => bullmqDeadLetters({ deadLetterQueues: [{ queue: {} as never, to: {} as never, ...more }] }),
  ],
  [
    'celeryDeadLetters()',
    'sql, names, schema, queueTable, messageTable, broker',
    (more) => celeryDeadLetters({ sql: { query: never }, names: ['a'], ...more }),
  ],
  [
    'graphileWorkerDeadLetters()',
    'sql, schema, broker',
    (more) => graphileWorkerDeadLetters({ sql: { query: never }, ...more }),
  ],
  [
    'listDeadLetters()',
    'redis, names, format, newestAt, broker',
    (more) => listDeadLetters({ redis: { eval: never } as never, names: ['a'], ...more }),
  ],
  [
    'pgBossDeadLetters()',
    'boss, pool, schema, broker',
    (more) => pgBossDeadLetters({ boss: {} as never, pool: {} as never, ...more }),
  ],
];

describe('a misspelt option', () => {
  it.each(makers)('of %s is refused with the names that there are', (whose, known, make) => {
    expect(() => make({ shcema: 'jobs' })).toThrow(
      expect.objectContaining({
        name: expect.stringMatching(/^(?:QueueMetrics|DeadLetters)Error$/),
        code: 'OPTIONS_INVALID',
        message: `${whose} has no option shcema; its options are ${known}.`,
      }),
    );
  });

  it.each<[string, string, (misspelt: object) => Promise<unknown>]>([
    ['list()', 'queue, task, ids, limit, payloads', (more) => letters.list(more)],
    ['The selection of replay()', 'queue, task, ids, limit', (more) => letters.replay(more)],
    ['The selection of drop()', 'queue, task, ids, limit', (more) => letters.drop(more)],
    [
      'replay()',
      'ratePerSecond, dryRun, signal, onOutcome, to',
      (more) => letters.replay({ queue: 'dead' }, more),
    ],
    ['drop()', 'ratePerSecond, dryRun, signal, onOutcome', (more) => letters.drop({ queue: 'dead' }, more)],
  ])('of %s rejects, and no letter is looked for', async (whose, known, run) => {
    await expect(run({ quue: 'mails-dead' })).rejects.toMatchObject({
      code: 'OPTIONS_INVALID',
      message: `${whose} has no option quue; its options are ${known}.`,
    });
  });
});
