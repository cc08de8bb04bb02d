import { expect, test } from 'vitest';

import { TASK_NAMES } from '../topology.js';
import { planJobs } from './plan-jobs.js';

test('every task is asked for, over all files, and one job in twelve is hopeless', () => {
  const { jobs, hopeless } = planJobs(['a.js', 'b.js', 'c.js', 'd.js', 'e.js'], 120);

  expect(jobs).toHaveLength(120);
  expect(new Set(jobs.map((job) => job.task))).toEqual(new Set(TASK_NAMES));
  expect(new Set(jobs.map((job) => job.path.replace('.missing', ''))).size).toBe(5);
  expect(jobs.filter((job) => job.path.endsWith('.missing'))).toHaveLength(10);
  expect(hopeless).toBe(10);
});
