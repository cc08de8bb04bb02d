import { Counter, Histogram } from '@promshard/writer';

import { TASK_NAMES, type TaskName } from '../topology.js';

const started = new Counter({
  name: 'task_started_total',
  help: 'Attempts that a worker has begun.',
  labelNames: ['task_name'],
});

const succeeded = new Counter({
  name: 'task_success_total',
  help: 'Attempts that ended well.',
  labelNames: ['task_name'],
});

const failed = new Counter({
  name: 'task_failure_total',
  help: 'Attempts that ended with an error.',
  labelNames: ['task_name'],
});

const duration = new Histogram({
  name: 'task_duration_seconds',
  help: 'How long an attempt took, however it ended.',
  labelNames: ['task_name'],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});

/** The metrics of one task: children made once, so that counting an attempt costs four additions. */
export interface TaskMetrics {
  readonly started: { inc(): void };
  readonly succeeded: { inc(): void };
  readonly failed: { inc(): void };
  readonly duration: { startTimer(): () => number };
}

function metricsOf(task: TaskName): TaskMetrics {
  return {
    started: started.labels(task),
    succeeded: succeeded.labels(task),
    failed: failed.labels(task),
    duration: duration.labels(task),
  };
}

/** By task; every series is there from the start, at 0. */
export const TASK_METRICS: Readonly<Record<TaskName, TaskMetrics>> = Object.fromEntries(
  TASK_NAMES.map((task) => [task, metricsOf(task)]),
) as Record<TaskName, TaskMetrics>;
