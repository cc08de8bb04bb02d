/** What a worker can be asked to do; the values of the label `task_name`, so this list is also its bound. */
export const TASK_NAMES = ['hash-file', 'hash-flaky-file', 'compress-file'] as const;

export type TaskName = (typeof TASK_NAMES)[number];

/** What a job carries. */
export interface JobData {
  readonly task: TaskName;
  /** Relative to the workers' `FILES_ROOT`. */
  readonly path: string;
}

/** A queue that workers take jobs from. */
export interface WorkQueue {
  readonly name: string;
  /** Jobs of this queue that one worker process has in hand at a time. */
  readonly concurrency: number;
  /** Attempts after the first; when they are used up, the job goes to {@link DEAD_LETTER_QUEUE}. */
  readonly retryLimit: number;
  readonly retryDelaySeconds: number;
  /**
   * How long an attempt may take before the broker gives the job to another worker. That is also how long
   * the jobs of a killed worker wait: far above the slowest task, and short enough for a demo.
   */
  readonly expireInSeconds: number;
}

const HASH_QUEUE: WorkQueue = {
  name: 'files-hash',
  concurrency: 2,
  retryLimit: 2,
  retryDelaySeconds: 1,
  expireInSeconds: 12,
};

const COMPRESS_QUEUE: WorkQueue = { ...HASH_QUEUE, name: 'files-compress' };

export const WORK_QUEUES: readonly WorkQueue[] = [HASH_QUEUE, COMPRESS_QUEUE];

/** Where a job ends whose every attempt failed; nobody works on it, somebody is to look at it. */
export const DEAD_LETTER_QUEUE = 'files-dead-letter';

/** The queue of each task. */
export const QUEUE_OF_TASK: Readonly<Record<TaskName, WorkQueue>> = {
  'hash-file': HASH_QUEUE,
  'hash-flaky-file': HASH_QUEUE,
  'compress-file': COMPRESS_QUEUE,
};

/** How often the broker is asked for attempts that have expired. */
export const SUPERVISE_INTERVAL_SECONDS = 1;

/** The most jobs that one worker process has in hand, and so the most that are run again when it is killed. */
export const JOBS_IN_HAND_PER_WORKER: number = WORK_QUEUES.reduce((sum, queue) => sum + queue.concurrency, 0);
