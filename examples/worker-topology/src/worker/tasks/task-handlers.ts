import path from 'node:path';

import type { PgBossHandler } from '@promshard/tasks/pg-boss';

import type { FILE_TASKS, HEALTH_TASKS, JobData, QueueName, TaskName } from '../../topology.js';
import { compressFile } from './compress-file.js';
import { hashFile } from './hash-file.js';

type Tasks = typeof FILE_TASKS & typeof HEALTH_TASKS;
type TasksOf<Q extends QueueName> = {
  [Name in TaskName]: Tasks[Name]['queue'] extends Q ? Name : never;
}[TaskName];

/** What does each task, by queue: none is missing, none is in another's queue. */
export type TaskHandlers = {
  readonly [Q in QueueName]: Readonly<Record<TasksOf<Q>, PgBossHandler<JobData>>>;
};

/**
 * Makes what does the tasks; what they return is kept by the broker.
 *
 * @param filesRoot - Jobs come over HTTP: a path that leads out of this directory is refused.
 */
export function taskHandlers(filesRoot: string): TaskHandlers {
  function fileOf({ path: wanted }: JobData): string {
    const file = path.resolve(filesRoot, wanted);
    if (!file.startsWith(filesRoot + path.sep)) throw new Error('The path leads out of FILES_ROOT.');
    return file;
  }

  return {
    'files-hash': {
      'hash-file': (data) => hashFile(fileOf(data)),
      // Stands for storage that is not always there: refuses the first attempt.
      'hash-flaky-file': (data, { job }) => {
        if (job.retryCount === 0) throw new Error('The storage does not answer; try again.');
        return hashFile(fileOf(data));
      },
    },
    'files-compress': { 'compress-file': (data) => compressFile(fileOf(data)) },
    // That it was taken is the answer.
    health: { 'answer-health-check': () => ({}) },
  };
}
