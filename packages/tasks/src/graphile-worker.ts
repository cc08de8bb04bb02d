import { EventEmitter } from 'node:events';

import type { Attempt } from './attempt.js';
import type { TaskMetrics } from './create-task-metrics.js';
import { checkOptionNames } from './option-names.js';
import { presentableError } from './presentable-error.js';
import { registeredHandlers } from './registered-handlers.js';
import type { Topology } from './topology.js';

/** What is used of a job of graphile-worker (0.16 or newer). */
export interface GraphileJob {
  readonly task_identifier: string;
  readonly payload: unknown;
  /** Attempts begun, this one included. */
  readonly attempts: number;
  readonly max_attempts: number;
  readonly run_at: Date | string;
  readonly locked_at: Date | string | null;
}

/** Does a task, as graphile-worker has it. */
export type GraphileTask<H> = (payload: never, helpers: H) => unknown;

/** Tasks as graphile-worker is given them. */
export type GraphileTaskList<H> = Record<string, (payload: unknown, helpers: H) => Promise<void | unknown[]>>;

/** Whose attempts are counted. */
export interface GraphileOptions<H> {
  readonly metrics: TaskMetrics;
  /** The task list. */
  readonly tasks: Readonly<Record<string, GraphileTask<H>>>;
  /** An emitter of one's own, for one's own listeners; by default a new one. */
  readonly events?: EventEmitter;
}

interface Running {
  readonly attempt: Attempt;
  outcome: { readonly kind: 'none' } | { readonly kind: 'failure'; readonly error: unknown };
}

/**
 * Makes a runner whose attempts are counted: `start` gets the task list and an event emitter, and passes both to
 * `run({ taskList, events, … })`, `runOnce()` or `runTaskList()`. An end counts when the database has taken it.
 *
 * @throws TaskMetricsError `TASK_NOT_REGISTERED` or `OPTIONS_INVALID`.
 *
 * @example
 * const runner = await instrumentRunner({ metrics, tasks: { 'send-mail': sendMail } }, (taskList, events) =>
 *   run({ connectionString, taskList, events }),
 * );
 */
export function instrumentRunner<H extends { readonly job: GraphileJob }, R>(
  options: GraphileOptions<H>,
  start: (taskList: GraphileTaskList<H>, events: EventEmitter) => R,
): R {
  checkOptionNames('instrumentRunner()', options, { metrics: true, tasks: true, events: true });
  const { metrics, tasks, events = new EventEmitter() } = options;
  const running = new WeakMap<object, Running>();
  const given = registeredHandlers('instrumentRunner()', metrics, tasks);
  const taskList = Object.fromEntries(
    [...given].map(([name, task]) => [
      String(name),
      (payload: unknown, helpers: H): Promise<void | unknown[]> => perform(task, payload, helpers),
    ]),
  );

  async function perform(task: GraphileTask<H>, payload: unknown, helpers: H): Promise<void | unknown[]> {
    const { job } = helpers;
    const attempt = metrics.begin(job.task_identifier, { isRetry: job.attempts > 1, ...waitOf(job) });
    const entry: Running = { attempt, outcome: { kind: 'none' } };
    running.set(job, entry);
    metrics.flush();
    const failsWith = (error: unknown): Error => {
      entry.outcome = { kind: 'failure', error };
      return presentableError(error);
    };
    try {
      const result = await task(payload as never, helpers);
      const isBatch = Array.isArray(payload) && Array.isArray(result) && payload.length === result.length;
      // What it returns says which parts of the batch failed; anything else is no matter.
      return isBatch ? await settledParts(result, failsWith) : undefined;
    } catch (error) {
      throw failsWith(error);
    } finally {
      attempt.ran();
    }
  }

  events.on('job:complete', ({ job, error }: { job: GraphileJob; error: unknown }) => {
    const entry = running.get(job);
    if (entry === undefined) return;
    const { attempt, outcome } = entry;
    const deadLettered = job.attempts >= job.max_attempts;
    if (outcome.kind === 'failure') attempt.failed(outcome.error, { deadLettered });
    else if (error) attempt.failed(error, { deadLettered });
    else attempt.succeeded();
    metrics.flush();
  });
  // The database did not hear of the end: the job stays locked until somebody frees it.
  events.on('worker:fatalError', ({ worker }: { worker: { getActiveJob(): GraphileJob | null } }) => {
    const job = worker.getActiveJob();
    const entry = job === null ? undefined : running.get(job);
    if (entry?.outcome.kind === 'failure') entry.attempt.failed(entry.outcome.error);
    else entry?.attempt.failed(undefined, { errorClass: 'unacknowledged' });
    metrics.flush();
  });
  return start(taskList, events);
}

/** The parts of a batch when all have ended, those that failed as what graphile-worker can read. */
async function settledParts(
  parts: readonly unknown[],
  failsWith: (error: unknown) => Error,
): Promise<unknown[]> {
  const settled = await Promise.allSettled(parts);
  return settled.map((part) => {
    if (part.status === 'fulfilled') return part.value;
    const failed = Promise.reject(failsWith(part.reason));
    failed.catch(() => {});
    return failed;
  });
}

function waitOf({ locked_at, run_at }: GraphileJob): { readonly waitSeconds?: number } {
  if (locked_at === null) return {};
  return { waitSeconds: (new Date(locked_at).getTime() - new Date(run_at).getTime()) / 1000 };
}

/**
 * graphile-worker's options for a job of a task, by the topology of its queue. The time between attempts is graphile-worker's
 * own, and its named queues, which run one job at a time, are something else than queues of a topology.
 */
export function jobSpec<T extends string>(topology: Topology<T>, task: T): { maxAttempts: number } {
  return { maxAttempts: topology.queueOf(task).retryLimit + 1 };
}

/** graphile-worker's options for a runner of all queues of a topology. */
export function runnerOptions(topology: Topology): { concurrency: number } {
  return { concurrency: topology.queues.reduce((sum, { concurrency }) => sum + concurrency, 0) };
}
