import { definePolicy } from '@promshard/label-policy';
import { describe, expect, test } from 'vitest';

import { defineTopology } from './define-topology.js';
import { TaskMetricsError } from './task-metrics-error.js';
import { snapshotText } from './topology.js';

const topology = defineTopology({
  queues: {
    zip: { deadLetterQueue: 'dead' },
    hash: { concurrency: 3, retryLimit: 0, retryDelaySeconds: 5, retryBackoff: true, expireInSeconds: 60 },
  },
  tasks: { 'zip-file': { queue: 'zip' }, 'hash-file': { queue: 'hash' }, 'hash-folder': { queue: 'hash' } },
});

function refusal(declaration: unknown): string {
  try {
    defineTopology(declaration as Parameters<typeof defineTopology>[0]);
  } catch (error) {
    expect(error).toBeInstanceOf(TaskMetricsError);
    expect((error as TaskMetricsError).code).toBe('TOPOLOGY_INVALID');
    return (error as TaskMetricsError).message;
  }
  throw new Error('it was accepted');
}

describe('a topology', () => {
  test('is the same for every order of declaration, and frozen', () => {
    const other = defineTopology({
      queues: {
        hash: {
          expireInSeconds: 60,
          retryBackoff: true,
          retryDelaySeconds: 5,
          retryLimit: 0,
          concurrency: 3,
        },
        zip: { deadLetterQueue: 'dead' },
      },
      tasks: {
        'hash-folder': { queue: 'hash' },
        'hash-file': { queue: 'hash' },
        'zip-file': { queue: 'zip' },
      },
    });
    expect(JSON.stringify(other)).toBe(JSON.stringify(topology));
    expect(snapshotText(other)).toBe(snapshotText(topology));
    for (const part of [topology, topology.queues, topology.queues[0], topology.taskNames, topology.snapshot])
      expect(Object.isFrozen(part)).toBe(true);
  });

  test('has every setting of its queues, given or by default', () => {
    expect(topology.queues).toEqual([
      {
        name: 'hash',
        concurrency: 3,
        retryLimit: 0,
        retryDelaySeconds: 5,
        retryBackoff: true,
        expireInSeconds: 60,
        deadLetterQueue: undefined,
        taskNames: ['hash-file', 'hash-folder'],
      },
      {
        name: 'zip',
        concurrency: 1,
        retryLimit: 2,
        retryDelaySeconds: 0,
        retryBackoff: false,
        expireInSeconds: 900,
        deadLetterQueue: 'dead',
        taskNames: ['zip-file'],
      },
    ]);
    expect(topology.queueNames).toEqual(['dead', 'hash', 'zip']);
    expect(topology.deadLetterQueues).toEqual(['dead']);
    expect(topology.queueOf('zip-file')).toBe(topology.queue('zip'));
  });

  test('does not know tasks and queues that only a prototype has', () => {
    expect(() => topology.queueOf('constructor' as never)).toThrow(/no such task/);
    expect(() => topology.queue('__proto__' as never)).toThrow(/no such work queue/);
  });

  test('gives a label policy the only values that task_name and queue may have', () => {
    const policy = definePolicy({ mode: 'strict', labels: topology.labels });
    for (const name of topology.taskNames) expect(policy.checkValue('task_name', name)).toBeUndefined();
    for (const name of topology.queueNames) expect(policy.checkValue('queue', name)).toBeUndefined();
    expect(policy.checkValue('task_name', 'hash-files')?.reason).toBe('undeclared-value');
    expect(policy.checkValue('queue', 'hash-file')?.reason).toBe('undeclared-value');
  });

  test('says everything that is wrong at once, and no name that is refused', () => {
    const text = refusal({
      queues: {
        hash: { concurrency: 0, retryLimit: 1.5, expireInSeconds: '60', retries: 3, deadLetterQueue: 'zip' },
        zip: { retryBackoff: 1, deadLetterQueue: 'ada@example.com' },
        idle: {},
        'ada lovelace': {},
      },
      tasks: {
        'ada@example.com': { queue: 'hash' },
        'zip-file': { queue: 'zap', retryLimit: 3 },
        'zip-folder': 'zip',
      },
    });
    expect(text).toMatchInlineSnapshot(`
      "The topology cannot be.
      - queue 0: retries: there is no such option; expected some of concurrency, retryLimit, retryDelaySeconds, expireInSeconds, retryBackoff, deadLetterQueue
      - queue 0: concurrency is 0; expected a whole number from 1
      - queue 0: retryLimit is 1.5; expected a whole number from 0
      - queue 0: expireInSeconds is of type string; expected a whole number from 1
      - queue 0: deadLetterQueue is a work queue; nobody is to work on dead letters
      - queue 1: retryBackoff is of type number; expected true or false
      - queue 1: deadLetterQueue is no name; expected a letter, and up to 99 letters, digits and _ . - after it
      - the name of queue 3 is no name; expected a letter, and up to 99 letters, digits and _ . - after it
      - the name of task 0 is no name; expected a letter, and up to 99 letters, digits and _ . : / - after it
      - task 1: queue is none of the queues; expected { queue: … }
      - task 1: retryLimit: there is no such option; expected some of queue
      - task 2: queue is none of the queues; expected { queue: … }
      - queue 1 has no task
      - queue 2 has no task
      - queue 3 has no task"
    `);
    expect(text).not.toContain('ada');
  });

  test.each([
    ['nothing', undefined],
    ['a list', []],
    ['no queues', { queues: {}, tasks: { a: { queue: 'b' } } }],
    ['no tasks', { queues: { b: {} }, tasks: {} }],
  ])('is refused where it is %s', (_what, declaration) => {
    expect(refusal(declaration)).toMatch(/expected/);
  });
});
