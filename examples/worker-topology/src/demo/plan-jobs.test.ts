import { expect, test } from 'vitest';

import { FILE_TASK_NAMES } from '../topology.js';
import { planJobs } from './plan-jobs.js';

test('every task is asked for, over all files, and one job in twelve has no file', () => {
  const files = ['a.js', 'b.js', 'c.js', 'd.js', 'e.js'];
  const { jobs, missing } = planJobs(files, 120);

  expect(jobs).toHaveLength(120);
  expect(new Set(jobs.map((job) => job.task))).toEqual(new Set(FILE_TASK_NAMES));
  expect(new Set(missing).size).toBe(10);
  expect(new Set(jobs.map((job) => job.path))).toEqual(new Set([...files, ...missing]));
});
