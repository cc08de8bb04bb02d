import { describe, expect, test } from 'vitest';

import { instrumentWorker } from '../src/bullmq.js';
import { instrumentRunner } from '../src/graphile-worker.js';
import { createTaskMetrics, defineTopology, type TaskMetrics } from '../src/index.js';
import { consume, type PgBossBroker, work } from '../src/pg-boss.js';
import { instrumentPool, threadTasks } from '../src/piscina.js';
import { countingPlace } from './counts.js';

const topology = defineTopology({
  queues: { mail: {}, files: {} },
  tasks: { send: { queue: 'mail' }, digest: { queue: 'mail' }, hash: { queue: 'files' } },
});

function makeMetrics(): TaskMetrics {
  return createTaskMetrics({ ...countingPlace().place, topology });
}

const never = (): never => {
  throw new Error('nothing may begin');
};
const boss: PgBossBroker = { fetch: never, complete: never, fail: never, getJobById: never };

type Handlers = Readonly<Record<string, () => void>>;

/** Every adapter that takes handlers; none of them may begin anything. */
const ADAPTERS: Readonly<Record<string, (metrics: TaskMetrics, handlers: Handlers) => unknown>> = {
  'consume()': (metrics, handlers) => consume({ boss, metrics, queue: 'mail', handlers }),
  'instrumentWorker()': (metrics, handlers) => instrumentWorker({ metrics, queue: 'mail', handlers }, never),
  'instrumentRunner()': (metrics, tasks) => instrumentRunner({ metrics, tasks }, never),
  'threadTasks()': (metrics, handlers) => threadTasks(metrics, handlers),
};

describe.each(Object.entries(ADAPTERS))('%s', (name, start) => {
  test('refuses a task that is not registered, before anything begins and without its name', () => {
    const handlers = { send() {}, digest() {}, 'ada@example.com': () => {} };
    expect(() => start(makeMetrics(), handlers)).toThrow(
      expect.objectContaining({
        code: 'TASK_NOT_REGISTERED',
        message: `${name} has 1 handler of tasks that are not registered; expected some of digest, hash, send. Add them to the topology, or to taskNames.`,
      }),
    );
  });

  test('refuses to begin without a handler that can be called', () => {
    expect(() => start(makeMetrics(), {})).toThrow(/has no handlers/);
    const wrong = { send: 'send.js' as never, digest() {} };
    expect(() => start(makeMetrics(), wrong)).toThrow(/handlers that are no functions: send/);
  });
});

describe('an adapter of one queue', () => {
  test('refuses a queue without all of its tasks, and tasks of another queue', () => {
    for (const start of [ADAPTERS['consume()'], ADAPTERS['instrumentWorker()']]) {
      expect(() => start?.(makeMetrics(), { send() {} })).toThrow(/has no handler for digest\.$/);
      expect(() => start?.(makeMetrics(), { send() {}, digest() {}, hash() {} })).toThrow(
        /has handlers for tasks of other queues: hash\.$/,
      );
    }
  });

  test('refuses a queue that the topology does not have', () => {
    const metrics = makeMetrics();
    const options = { boss: { work: never }, metrics, queue: 'nowhere' };
    expect(() => work(options, () => {})).toThrow(/no such work queue; expected one of files, mail/);
  });

  test('refuses numbers that cannot be', () => {
    const handlers = { hash() {} };
    const options = { boss, metrics: makeMetrics(), queue: 'files', handlers };
    expect(() => consume({ ...options, concurrency: 0 })).toThrow(
      /concurrency is 0; expected a whole number from 1/,
    );
    expect(() => consume({ ...options, pollingIntervalMs: 1 })).toThrow(/pollingIntervalMs is 1; expected/);
  });
});

test.each<[string, string, (metrics: TaskMetrics, misspelt: object) => unknown]>([
  [
    'consume()',
    'boss, metrics, queue, handlers, taskOf, concurrency, pollingIntervalMs, onError',
    (metrics, misspelt) => consume({ boss, metrics, queue: 'files', handlers: { hash() {} }, ...misspelt }),
  ],
  [
    'work()',
    'boss, metrics, queue, taskOf, options',
    (metrics, misspelt) => work({ boss: { work: never }, metrics, queue: 'files', ...misspelt }, () => {}),
  ],
  [
    'instrumentWorker()',
    'metrics, queue, handlers',
    (metrics, misspelt) =>
      instrumentWorker({ metrics, queue: 'files', handlers: { hash() {} }, ...misspelt }, never),
  ],
  [
    'instrumentRunner()',
    'metrics, tasks, events',
    (metrics, misspelt) => instrumentRunner({ metrics, tasks: { hash() {} }, ...misspelt }, never),
  ],
])('%s refuses a misspelt option, before anything begins', (name, known, start) => {
  expect(() => start(makeMetrics(), { concurency: 2 })).toThrow(
    expect.objectContaining({
      code: 'OPTIONS_INVALID',
      message: `${name}: concurency: there is no such option; expected some of ${known}.`,
    }),
  );
});

test('a pool refuses a task that is not registered, and runs nothing', async () => {
  const pool = instrumentPool({ run: never }, makeMetrics());
  await expect(pool.run('ada@example.com')).rejects.toMatchObject({ code: 'TASK_NOT_REGISTERED' });
});

test('a thread refuses data that did not come by the pool', async () => {
  const run = threadTasks(makeMetrics(), { hash() {} });
  for (const data of [undefined, 'hash', { promshardTask: null }, { promshardTask: { task: 'hash' } }])
    await expect(run(data)).rejects.toMatchObject({ code: 'OPTIONS_INVALID' });
});
