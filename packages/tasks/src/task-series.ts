import type { TaskFamilies } from './metric-families.js';

interface Count {
  inc(): void;
}

/** The series of one task, made once: counting an attempt looks nothing up. */
export interface TaskSeries {
  readonly started: Count;
  readonly succeeded: Count;
  readonly retried: Count;
  readonly deadLettered: Count;
  readonly inProgress: Count & { dec(): void };
  readonly duration: { observe(seconds: number): void };
  readonly wait: { observe(seconds: number): void };
  /** Counts a failure; a class that there is not is `error`. */
  countFailure(errorClass: string): void;
}

/** Makes the series of a task: all are there from now on, at 0. */
export function makeTaskSeries(
  families: TaskFamilies,
  task: string,
  errorClasses: readonly string[],
): TaskSeries {
  const failed = new Map<string, Count>(
    errorClasses.map((each) => [each, families.failed.labels({ task_name: task, error_class: each })]),
  );
  const inProgress = families.inProgress.labels(task);
  inProgress.set(0);
  return {
    started: families.started.labels(task),
    succeeded: families.succeeded.labels(task),
    retried: families.retried.labels(task),
    deadLettered: families.deadLettered.labels(task),
    inProgress,
    duration: families.duration.labels(task),
    wait: families.wait.labels(task),
    countFailure: (errorClass) => (failed.get(errorClass) ?? failed.get('error'))?.inc(),
  };
}
