import type { TaskMetrics } from './create-task-metrics.js';
import { checkOptionNames } from './option-names.js';
import {
  isLastAttempt,
  MAX_TIMEOUT_MS,
  nameOf,
  type PgBossJob,
  type TaskOf,
  taskOfJob,
  waitOf,
} from './pg-boss-types.js';
import { plainError } from './presentable-error.js';
import { unregisteredTask } from './registered-handlers.js';
import { TaskMetricsError } from './task-metrics-error.js';

/** What is used of pg-boss (10 to 12) to work in batches: `work(queue, options, handler)`, of which it has several forms. */
export interface PgBossWorkers {
  work(...args: never): Promise<string>;
}

type Work = (queue: string, options: object, handler: (jobs: never) => Promise<unknown>) => Promise<string>;

/** What is worked on, and how. */
export interface PgBossWorkOptions<D = unknown> {
  readonly boss: PgBossWorkers;
  readonly metrics: TaskMetrics;
  readonly queue: string;
  /** By default the queue's only task, or what `data.task` says. */
  readonly taskOf?: TaskOf<D>;
  /** pg-boss's own options: `batchSize`, `pollingIntervalSeconds`, … */
  readonly options?: Readonly<Record<string, unknown>>;
}

/**
 * `boss.work()` with its attempts counted: for batches, and for what else only pg-boss's own loop does. It tells the broker of
 * a batch as a whole, so one failure is one of every job in it, and does not wait for the answer, so an end counts
 * when the handler ends. A handler that is still at it when pg-boss gives the batch up has failed (`expired`).
 *
 * @returns The id of the worker, for `boss.offWork()`.
 * @throws TaskMetricsError `OPTIONS_INVALID` where the queue is not in the topology, or has no task.
 */
export function work<D = unknown>(
  given: PgBossWorkOptions<D>,
  handler: (jobs: readonly PgBossJob<D>[]) => unknown,
): Promise<string> {
  checkOptionNames('work()', given, { boss: true, metrics: true, queue: true, taskOf: true, options: true });
  const { boss, metrics, queue, taskOf, options = {} } = given;
  const tasks = metrics.topology?.queue(queue).taskNames ?? metrics.taskNames;
  if (typeof handler !== 'function')
    throw new TaskMetricsError('OPTIONS_INVALID', 'work(): expected a handler.');
  const nameOfTask: TaskOf<D> = taskOf ?? taskOfJob(new Map(tasks.map((task) => [task, task])));
  const isOfQueue = (task: unknown): boolean => tasks.some((each) => each === task);

  async function workOn(jobs: readonly PgBossJob<D>[]): Promise<unknown> {
    const names = jobs.map((job) => nameOf(nameOfTask, job));
    const attempts = jobs.map((job, index) => ({
      isLast: isLastAttempt(job),
      attempt: metrics.begin(isOfQueue(names[index]) ? names[index] : undefined, {
        isRetry: job.retryCount > 0,
        waitSeconds: waitOf(job),
      }),
      isKnown: isOfQueue(names[index]),
    }));
    metrics.flush();
    try {
      if (attempts.some(({ isKnown }) => !isKnown)) throw unregisteredTask();
      const result = await beforeExpiry(Promise.resolve(handler(jobs)), jobs);
      for (const { attempt } of attempts) attempt.succeeded();
      return result;
    } catch (error) {
      const expired = error instanceof Expiry ? { errorClass: 'expired' } : {};
      for (const { attempt, isLast, isKnown } of attempts) {
        const errorClass = isKnown ? expired : { errorClass: 'unregistered_task' };
        attempt.failed(error, { ...errorClass, deadLettered: isLast });
      }
      throw plainError(error);
    } finally {
      metrics.flush();
    }
  }

  return (boss.work as Work).call(boss, queue, { ...options, includeMetadata: true }, workOn);
}

class Expiry extends Error {
  override readonly name = 'TimeoutError';
}

/** Gives a batch up when pg-boss does: when the longest time of its jobs is over. */
async function beforeExpiry(running: Promise<unknown>, jobs: readonly PgBossJob[]): Promise<unknown> {
  const seconds = Math.max(1, ...jobs.map((job) => Number(job.expireInSeconds)));
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new Expiry(`The batch did not end within ${seconds} s.`)),
      Math.min(seconds * 1000, MAX_TIMEOUT_MS),
    );
  });
  try {
    return await Promise.race([running, expiry]);
  } finally {
    clearTimeout(timer);
  }
}
