import path from 'node:path';

import type { JobData, TaskName } from '../../topology.js';
import { compressFile } from './compress-file.js';
import { hashFile } from './hash-file.js';

/** Which attempt at a job this is. */
export interface Attempt {
  readonly data: JobData;
  /** Attempts that were handed out before this one. */
  readonly retryCount: number;
}

type Task = (file: string, attempt: Attempt) => Promise<object>;

const TASKS: Readonly<Record<TaskName, Task>> = {
  'hash-file': hashFile,
  'compress-file': compressFile,
  // Stands for storage that is not always there: refuses the first attempt.
  'hash-flaky-file': async (file, { retryCount }) => {
    if (retryCount === 0) throw new Error('The storage does not answer; try again.');
    return hashFile(file);
  },
};

/**
 * Does what a job asks for, and returns what the broker keeps as its result.
 *
 * @param filesRoot - Jobs come over HTTP: a path that leads out of this directory is refused.
 */
export async function performTask(attempt: Attempt, filesRoot: string): Promise<object> {
  const file = path.resolve(filesRoot, attempt.data.path);
  if (!file.startsWith(filesRoot + path.sep)) throw new Error('The path leads out of FILES_ROOT.');
  return TASKS[attempt.data.task](file, attempt);
}
