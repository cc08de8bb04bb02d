import { REPLACED_VALUE } from '@promshard/label-policy';

import { type Attempt, type AttemptOutcome, type AttemptStart, beginAttempt, countEnd } from './attempt.js';
import { ERROR_CLASSES, errorClassOf, type ErrorTest } from './error-class.js';
import { type Heartbeat, type HeartbeatOptions, startHeartbeat } from './heartbeat.js';
import { declareTaskFamilies, DEFAULT_BUCKETS, type MetricPlace } from './metric-families.js';
import { TaskMetricsError } from './task-metrics-error.js';
import { optionProblems } from './option-problems.js';
import { makeTaskSeries, type TaskSeries } from './task-series.js';
import type { Topology } from './topology.js';

/** What task metrics are made with: a topology, or the names of the tasks. */
export type TaskMetricsOptions<T extends string = string> = MetricPlace & {
  /**
   * Classes of errors of one's own, by name, in the order in which they are asked; before the built-in ones. Each is one more
   * series a task.
   */
  readonly errorClasses?: Readonly<Record<string, ErrorTest>>;
  /** Upper bounds in seconds; by default from 5 ms to an hour. */
  readonly durationBuckets?: readonly number[];
  /** Upper bounds in seconds; by default from 5 ms to an hour. */
  readonly waitBuckets?: readonly number[];
  /** Milliseconds that never go back; for tests. */
  readonly now?: () => number;
} & (
    | { readonly topology: Topology<T>; readonly taskNames?: undefined }
    | { readonly taskNames: readonly T[]; readonly topology?: undefined }
  );

/** The metrics of a worker's tasks. */
export interface TaskMetrics<T extends string = string> {
  /** The registered tasks: no other value of `task_name` is ever made but `__other__`. */
  readonly taskNames: readonly T[];
  /** The topology that it was made with. */
  readonly topology: Topology<T> | undefined;
  /** Whether a task is registered. */
  isRegistered(name: unknown): name is T;
  /**
   * Wraps a function that does a task: each call is an attempt, which succeeds where it returns and fails where it throws.
   * What it returns and throws is passed on as it is.
   *
   * @throws TaskMetricsError `TASK_NOT_REGISTERED`, now and not when it is called.
   */
  instrumentTask<A extends readonly unknown[], R>(
    name: T,
    run: (...args: A) => R | PromiseLike<R>,
  ): (...args: A) => Promise<R>;
  /**
   * Begins an attempt, for a worker's loop of one's own. A name that is not registered, which a broker may bring at any
   * time, is counted as `__other__`. Never throws.
   */
  begin(name: unknown, start?: AttemptStart): Attempt;
  /** Counts an end, and no more, of an attempt that began elsewhere: in a thread that is gone, with a worker that died. Never throws. */
  countEnd(name: unknown, end: AttemptOutcome): void;
  /** The class of an error, by one's own and the built-in ones. Never throws. */
  errorClassOf(error: unknown): string;
  /** Shows this process as a worker that is up, until it is stopped or the process ends. */
  startHeartbeat(options?: HeartbeatOptions): Heartbeat;
  /** Brings what was counted to the files, where it is not there at once. The adapters call it around each attempt. */
  flush(): void;
}

/**
 * Declares the metrics of a worker's tasks; call it once a thread for each prefix.
 *
 * @throws TaskMetricsError `OPTIONS_INVALID` for wrong names, classes, buckets or prefix, and options that there are not: every
 *   problem at once.
 *
 * @example
 * openShardStore();
 * const metrics = createTaskMetrics({ taskNames: ['send-mail'] });
 * const sendMail = metrics.instrumentTask('send-mail', async (to: string) => { … });
 */
export function createTaskMetrics<const T extends string>(options: TaskMetricsOptions<T>): TaskMetrics<T> {
  const problems = optionProblems(options);
  if (problems.length > 0) {
    throw new TaskMetricsError(
      'OPTIONS_INVALID',
      ['The task metrics cannot be.', ...problems.map((each) => `- ${each}`)].join('\n'),
    );
  }
  const { topology, errorClasses = {}, now = () => performance.now(), store } = options;
  const taskNames = Object.freeze([...(topology?.taskNames ?? options.taskNames ?? [])].toSorted());
  const own = new Map(Object.entries(errorClasses));
  const classOf = (error: unknown): string => errorClassOf(error, own);

  const { durationBuckets = DEFAULT_BUCKETS, waitBuckets = DEFAULT_BUCKETS } = options;
  const families = declareTaskFamilies(options, durationBuckets, waitBuckets);
  const classes = [...own.keys(), ...ERROR_CLASSES.filter((each) => each !== 'unregistered_task')];
  const series = new Map<unknown, TaskSeries>(
    taskNames.map((task) => [task, makeTaskSeries(families, task, classes)]),
  );
  let unknownTasks: TaskSeries | undefined;
  const seriesOf = (name: unknown): TaskSeries =>
    series.get(name) ??
    (unknownTasks ??= makeTaskSeries(families, REPLACED_VALUE, [...classes, 'unregistered_task']));

  const begin = (name: unknown, start: AttemptStart = {}): Attempt =>
    beginAttempt(seriesOf(name), classOf, now, start);

  return Object.freeze({
    taskNames,
    topology,
    isRegistered: (name: unknown): name is T => series.has(name),
    instrumentTask: <A extends readonly unknown[], R>(
      name: T,
      run: (...args: A) => R | PromiseLike<R>,
    ): ((...args: A) => Promise<R>) => {
      if (!series.has(name)) {
        throw new TaskMetricsError(
          'TASK_NOT_REGISTERED',
          `instrumentTask() was given a task that is not registered; expected one of ${taskNames.join(', ')}. ` +
            'Add it to the topology, or to taskNames.',
        );
      }
      return async (...args: A): Promise<R> => {
        const attempt = begin(name);
        try {
          const result = await run(...args);
          attempt.succeeded();
          return result;
        } catch (error) {
          attempt.failed(error);
          throw error;
        }
      };
    },
    begin,
    countEnd: (name: unknown, end: AttemptOutcome): void => countEnd(seriesOf(name), classOf, end),
    errorClassOf: classOf,
    startHeartbeat: (heartbeat?: HeartbeatOptions): Heartbeat => startHeartbeat(options, heartbeat),
    flush: (): void => store?.flush(),
  });
}
