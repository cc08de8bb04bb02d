import { Counter, Gauge, Histogram } from '@promshard/writer';

// A series is one over all processes if its names, labels and help text are the same: these are those of
// python/task_metrics.py.
const labelNames = ['task_name'] as const;

/** Attempts that a worker has begun. */
export const started: Counter<'task_name'> = new Counter({
  name: 'task_started_total',
  help: 'Attempts that a worker has begun.',
  labelNames,
});

/** Attempts that ended well. */
export const succeeded: Counter<'task_name'> = new Counter({
  name: 'task_success_total',
  help: 'Attempts that ended well.',
  labelNames,
});

/** Attempts that ended with an error. */
export const failed: Counter<'task_name'> = new Counter({
  name: 'task_failure_total',
  help: 'Attempts that ended with an error.',
  labelNames,
});

/** How long an attempt took. */
export const duration: Histogram<'task_name'> = new Histogram({
  name: 'task_duration_seconds',
  help: 'How long an attempt took, however it ended.',
  labelNames,
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});

/** Attempts under way in the living processes. */
export const inProgress: Gauge<'task_name'> = new Gauge({
  name: 'tasks_in_progress',
  help: 'Attempts under way.',
  labelNames,
  multiprocessMode: 'livesum',
});
