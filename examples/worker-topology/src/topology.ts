import { defineTopology, type QueueOptions, type Topology } from '@promshard/tasks';

/** The tasks that the API accepts: the values of the label `task_name`, so this list is also its bound. */
export const FILE_TASKS = {
  'hash-file': { queue: 'files-hash' },
  'hash-flaky-file': { queue: 'files-hash' },
  'compress-file': { queue: 'files-compress' },
} as const;

/** The task by which the API asks whether work gets done at all. */
export const HEALTH_TASKS = { 'answer-health-check': { queue: 'health' } } as const;

/** Where a job ends whose every attempt failed; nobody works on it, somebody is to look at it. */
export const DEAD_LETTER_QUEUE = 'files-dead-letter';

const FILES: QueueOptions = {
  concurrency: 2,
  retryLimit: 2,
  retryDelaySeconds: 1,
  // How long an attempt may take before the broker gives the job to another worker. That is also how long the jobs of a killed
  // worker wait: far above the slowest task, and short enough for a demo.
  expireInSeconds: 12,
  deadLetterQueue: DEAD_LETTER_QUEUE,
};

/** The queues that workers take jobs from. */
export const QUEUES: Readonly<Record<QueueName, QueueOptions>> = {
  'files-hash': FILES,
  'files-compress': FILES,
  // An answer that comes late is of no use.
  health: { concurrency: 1, retryLimit: 0, expireInSeconds: 12 },
};

export type FileTask = keyof typeof FILE_TASKS;
export type TaskName = FileTask | keyof typeof HEALTH_TASKS;
export type QueueName = 'files-hash' | 'files-compress' | 'health';

/** Which queues there are, which tasks, and how they belong together. */
export const TOPOLOGY: Topology<TaskName, QueueName> = defineTopology({
  queues: QUEUES,
  tasks: { ...FILE_TASKS, ...HEALTH_TASKS },
});

/** What a job carries. */
export interface JobData {
  readonly task: FileTask;
  /** Relative to the workers' `FILES_ROOT`. */
  readonly path: string;
}

/** The names of {@link FILE_TASKS}. */
export const FILE_TASK_NAMES: readonly FileTask[] = Object.keys(FILE_TASKS) as FileTask[];

/** The queues of {@link FILE_TASKS}. */
export const FILE_QUEUES: readonly string[] = [
  ...new Set(FILE_TASK_NAMES.map((task) => FILE_TASKS[task].queue)),
];

/** How often the broker is asked for attempts that have expired. */
export const SUPERVISE_INTERVAL_SECONDS = 1;

/** The most file jobs that one worker process has in hand, and so the most that are run again when it is killed. */
export const JOBS_IN_HAND_PER_WORKER: number = TOPOLOGY.queues
  .filter((queue) => FILE_QUEUES.includes(queue.name))
  .reduce((sum, queue) => sum + queue.concurrency, 0);
