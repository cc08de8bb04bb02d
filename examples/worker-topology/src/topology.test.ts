import { snapshotText } from '@promshard/tasks';
import { readFile } from 'node:fs/promises';

import { expect, test } from 'vitest';

import { DEAD_LETTER_QUEUE, FILE_QUEUES, JOBS_IN_HAND_PER_WORKER, TOPOLOGY } from './topology.js';

// Dashboards and alerts name these. A rename here is a new series there: change them together, knowingly.
test('task names and queues are those of the snapshot', async () => {
  const snapshot = await readFile(new URL('../task-names.json', import.meta.url), 'utf8');
  expect(JSON.parse(snapshotText(TOPOLOGY))).toEqual(JSON.parse(snapshot));
});

test('the limits of the queues are pinned', () => {
  expect(
    TOPOLOGY.queues.map(({ name, concurrency, retryLimit }) => ({ name, concurrency, retryLimit })),
  ).toEqual([
    { name: 'files-compress', concurrency: 2, retryLimit: 2 },
    { name: 'files-hash', concurrency: 2, retryLimit: 2 },
    { name: 'health', concurrency: 1, retryLimit: 0 },
  ]);
});

test('file jobs whose every attempt failed go to the dead-letter queue', () => {
  for (const name of FILE_QUEUES)
    expect(TOPOLOGY.queues.find((queue) => queue.name === name)?.deadLetterQueue).toBe(DEAD_LETTER_QUEUE);
});

test('a worker holds as many file jobs as their queues allow together', () => {
  expect(JOBS_IN_HAND_PER_WORKER).toBe(4);
});
