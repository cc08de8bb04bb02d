import { defineTopology, type Topology } from '@promshard/tasks';

export type TaskName = 'render-page' | 'answer-health-check';
export type QueueName = 'pages' | 'health';

/** Which queues there are, which tasks, and how they belong together. */
export const TOPOLOGY: Topology<TaskName, QueueName> = defineTopology({
  queues: {
    // BullMQ renews a job's lock while its worker lives, so this is how long the jobs of a killed one wait.
    pages: { concurrency: 4, retryLimit: 2, expireInSeconds: 3 },
    health: { retryLimit: 0, expireInSeconds: 3 },
  },
  tasks: {
    'render-page': { queue: 'pages' },
    'answer-health-check': { queue: 'health' },
  },
});

/** What a job of `render-page` carries. */
export interface PageData {
  /** The name of a template, without its ending. */
  readonly template: string;
}

/** The names that templates may have; nothing of it leads out of a directory. */
export const TEMPLATE_NAME = '^[a-z][a-z0-9-]{0,63}$';
