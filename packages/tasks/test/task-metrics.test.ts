import { definePolicy } from '@promshard/label-policy';
import { describe, expect, test } from 'vitest';

import {
  createTaskMetrics,
  defineTopology,
  ERROR_CLASSES,
  EXIT_REASONS,
  TaskMetricsError,
} from '../src/index.js';
import { countingPlace } from './counts.js';

const NAMES = ['ship', 'bill'] as const;

describe('task metrics', () => {
  test('count what an instrumented function did, and pass on what it returned and threw', async () => {
    const { place, lines } = countingPlace();
    const metrics = createTaskMetrics({ ...place, taskNames: NAMES });
    const ship = metrics.instrumentTask('ship', (order: number, carrier: string) => `${order} by ${carrier}`);
    const thrown: unknown = { not: 'an error' };
    const bill = metrics.instrumentTask('bill', () => Promise.reject(thrown));
    expect(await ship(7, 'sea')).toBe('7 by sea');
    await expect(bill()).rejects.toBe(thrown);
    expect(await lines()).toEqual([
      'task_duration_seconds_count{task_name="bill"} 1',
      'task_duration_seconds_count{task_name="ship"} 1',
      'task_failure_total{task_name="bill",error_class="not_an_error"} 1',
      'task_started_total{task_name="bill"} 1',
      'task_started_total{task_name="ship"} 1',
      'task_success_total{task_name="ship"} 1',
    ]);
  });

  test('are there from the start, at 0, for each task and class', async () => {
    const { place, all } = countingPlace();
    createTaskMetrics({ ...place, taskNames: NAMES, errorClasses: { out_of_stock: () => false } });
    const text = await all();
    for (const task of NAMES) {
      for (const each of ['out_of_stock', ...ERROR_CLASSES.filter((name) => name !== 'unregistered_task')])
        expect(text).toContain(`task_failure_total{task_name="${task}",error_class="${each}"} 0`);
      for (const name of ['task_started_total', 'task_retried_total', 'tasks_in_progress'])
        expect(text).toContain(`${name}{task_name="${task}"} 0`);
    }
    expect(text).not.toContain('__other__');
  });

  test('take a prefix for every name', async () => {
    const { place, all } = countingPlace();
    const metrics = createTaskMetrics({ ...place, taskNames: NAMES, prefix: 'celery_' });
    metrics.startHeartbeat().stop();
    const names = [...(await all()).matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
    expect(names).toHaveLength(10);
    for (const name of names) expect(name).toMatch(/^celery_(tasks?|worker)_/);
  });

  test('end an attempt once, and count its wait where it is the first', async () => {
    const { place, lines } = countingPlace();
    const times = [1000, 3000, 4000, 4500];
    const metrics = createTaskMetrics({ ...place, taskNames: NAMES, now: () => times.shift() ?? 9000 });
    const first = metrics.begin('ship', { waitSeconds: -2 });
    first.ran();
    first.failed(new Error('late'), { deadLettered: true });
    first.succeeded();
    first.postponed();
    const second = metrics.begin('ship', { isRetry: true, waitSeconds: 3 });
    second.postponed();
    second.succeeded();
    expect(await lines()).toEqual([
      'task_dead_lettered_total{task_name="ship"} 1',
      'task_duration_seconds_count{task_name="ship"} 2',
      'task_failure_total{task_name="ship",error_class="error"} 1',
      'task_retried_total{task_name="ship"} 1',
      'task_started_total{task_name="ship"} 2',
      'task_wait_seconds_count{task_name="ship"} 1',
    ]);
  });

  test('count what is not registered as __other__, whatever the broker brings', async () => {
    const { place, lines, all } = countingPlace();
    const metrics = createTaskMetrics({ ...place, taskNames: NAMES });
    for (const name of ['ada@example.com', '__proto__', 7, null, undefined, {}])
      metrics.begin(name).failed(undefined, { errorClass: 'unregistered_task' });
    expect(await lines()).toEqual([
      'task_duration_seconds_count{task_name="__other__"} 6',
      'task_failure_total{task_name="__other__",error_class="unregistered_task"} 6',
      'task_started_total{task_name="__other__"} 6',
    ]);
    expect(await all()).not.toContain('ada');
  });

  test('refuse a task that is not registered when it is instrumented, without saying its name', () => {
    const { place } = countingPlace();
    const metrics = createTaskMetrics({ ...place, taskNames: NAMES });
    const refused = (): unknown => metrics.instrumentTask('ada@example.com' as 'ship', () => {});
    expect(refused).toThrow(TaskMetricsError);
    expect(refused).toThrow(
      'instrumentTask() was given a task that is not registered; expected one of bill, ship. Add it to the topology, or to taskNames.',
    );
  });

  test('say everything that is wrong with their options at once', () => {
    const wrong = {
      taskNames: ['ship', 'ship', 'a b', '4b8d8d5e-7a38-4c9f-9d6b-2f0c4a3f8f10', 7],
      prefix: 'Celery',
      errorClasses: { Stock: () => true, timeout: () => true, stock: 'yes' },
      durationBuckets: [],
      waitBuckets: [Number.NaN],
      buckets: [1],
    };
    let message = '';
    try {
      createTaskMetrics(wrong as never);
    } catch (error) {
      message = (error as TaskMetricsError).message;
      expect((error as TaskMetricsError).code).toBe('OPTIONS_INVALID');
    }
    expect(message).toMatchInlineSnapshot(`
      "The task metrics cannot be.
      - buckets: there is no such option; expected some of topology, taskNames, errorClasses, durationBuckets, waitBuckets, prefix, store, registers, now
      - taskNames[2] is no name; expected a letter, and up to 99 letters, digits and _ . : / - after it
      - taskNames[3] is no name; expected a letter, and up to 99 letters, digits and _ . : / - after it
      - taskNames[4] is of type number; expected a text
      - taskNames: has one of them twice
      - errorClasses: the name of class 0 is none; expected lower-case letters, digits and _
      - errorClasses.timeout: is built in; expected another name
      - errorClasses.stock: expected a function
      - durationBuckets: expected a list of seconds
      - waitBuckets: expected a list of seconds
      - prefix: expected lower-case letters, digits and _, with _ at its end, such as celery_"
    `);
    expect(() => createTaskMetrics({} as never)).toThrow(/expected one of the two/);
    expect(() => createTaskMetrics(undefined as never)).toThrow(/expected an object/);
  });

  test('go through a strict policy of the topology’s labels as they are', async () => {
    const topology = defineTopology({ queues: { mail: {} }, tasks: { send: { queue: 'mail' } } });
    const labelPolicy = definePolicy({
      mode: 'strict',
      labels: { ...topology.labels, error_class: [...ERROR_CLASSES], reason: [...EXIT_REASONS] },
    });
    const { place, lines } = countingPlace({ labelPolicy });
    const metrics = createTaskMetrics({ ...place, topology });
    metrics.begin('send').failed(new Error('no'));
    metrics.begin('nobody’s').failed(undefined, { errorClass: 'unregistered_task' });
    expect((await lines()).filter((line) => line.startsWith('task_failure_total'))).toEqual([
      'task_failure_total{task_name="__other__",error_class="unregistered_task"} 1',
      'task_failure_total{task_name="send",error_class="error"} 1',
    ]);
  });
});
