import { expect, test } from 'vitest';

import {
  DEAD_LETTER_QUEUE,
  JOBS_IN_HAND_PER_WORKER,
  QUEUE_OF_TASK,
  TASK_NAMES,
  WORK_QUEUES,
} from './topology.js';

// Dashboards and alerts name these. A rename here is a new series there: change them together, knowingly.
test('task names and queues are pinned', () => {
  expect(TASK_NAMES).toEqual(['hash-file', 'hash-flaky-file', 'compress-file']);
  expect(WORK_QUEUES.map(({ name, retryLimit }) => ({ name, retryLimit }))).toEqual([
    { name: 'files-hash', retryLimit: 2 },
    { name: 'files-compress', retryLimit: 2 },
  ]);
  expect(DEAD_LETTER_QUEUE).toBe('files-dead-letter');
});

test('every task has a queue that workers serve', () => {
  for (const task of TASK_NAMES) expect(WORK_QUEUES).toContain(QUEUE_OF_TASK[task]);
});

test('the dead-letter queue is nobody’s work queue', () => {
  expect(WORK_QUEUES.map((queue) => queue.name)).not.toContain(DEAD_LETTER_QUEUE);
});

test('a worker holds as many jobs as its queues allow together', () => {
  expect(JOBS_IN_HAND_PER_WORKER).toBe(4);
});
