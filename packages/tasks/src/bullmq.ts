import { type BullmqJob, type Closing, followToEnd } from './bullmq-end.js';
import type { TaskMetrics } from './create-task-metrics.js';
import { checkOptionNames } from './option-names.js';
import { presentableError } from './presentable-error.js';
import { registeredHandlers, unregisteredTask } from './registered-handlers.js';
import type { Topology } from './topology.js';

export type { BullmqJob } from './bullmq-end.js';

/** Does a task, as a processor of BullMQ does. */
export type BullmqHandler<J> = (job: J, token?: string, signal?: AbortSignal) => unknown;

/** A processor for BullMQ. */
export type BullmqProcessor<J> = (job: J, token?: string, signal?: AbortSignal) => Promise<unknown>;

/** What is used of a BullMQ worker (5 or newer). */
export interface BullmqWorker {
  on(event: 'failed', listener: (job: never) => void): unknown;
  on(event: 'closed', listener: () => void): unknown;
}

/** Whose attempts are counted. */
export interface BullmqOptions<J> {
  readonly metrics: TaskMetrics;
  /** The queue; its tasks must be those of `handlers`, where there is a topology. */
  readonly queue: string;
  /** What does each task; a job's name says which it is of. */
  readonly handlers: Readonly<Record<string, BullmqHandler<J>>>;
}

/**
 * Makes a worker whose attempts are counted: `create` gets the processor and returns `new Worker(queue, process, …)`. An end
 * counts when Redis has taken it.
 *
 * @throws TaskMetricsError `TASK_NOT_REGISTERED` or `OPTIONS_INVALID`.
 *
 * @example
 * const worker = instrumentWorker({ metrics, queue: 'mail', handlers: { 'send-mail': sendMail } }, (process) =>
 *   new Worker('mail', process, { connection, ...workerOptions(topology, 'mail') }),
 * );
 */
export function instrumentWorker<J extends BullmqJob, W extends BullmqWorker>(
  options: BullmqOptions<J>,
  create: (process: BullmqProcessor<J>) => W,
): W {
  checkOptionNames('instrumentWorker()', options, { metrics: true, queue: true, handlers: true });
  const { metrics, queue, handlers: given } = options;
  const handlers = registeredHandlers('instrumentWorker()', metrics, given, queue);
  const seen = new WeakSet<object>();
  const closing: Closing = { isClosed: false, waiting: new Set() };

  // BullMQ gives a signal to processors with three parameters.
  async function processJob(job: J, token?: string, signal?: AbortSignal): Promise<unknown> {
    seen.add(job);
    const handler = handlers.get(job.name);
    const attempt = metrics.begin(handler === undefined ? undefined : job.name, startOf(job));
    const end = followToEnd(attempt, job, closing, () => metrics.flush());
    metrics.flush();
    try {
      if (handler === undefined) throw unregisteredTask();
      const result = await handler(job, token, signal);
      end.succeeds();
      return result;
    } catch (error) {
      if (handler === undefined) end.fails(error, 'unregistered_task');
      else if (isPostponement(error)) end.postpones();
      else end.fails(error);
      throw presentableError(error);
    }
  }

  const worker = create(processJob);
  // What no processor was asked to do: the job had stalled, or been started, too often.
  worker.on('failed', (job: BullmqJob | undefined) => {
    if (job !== undefined && seen.has(job)) return;
    const task = job !== undefined && handlers.has(job.name) ? job.name : undefined;
    metrics.countEnd(task, { kind: 'failure', errorClass: 'stalled', deadLettered: true });
  });
  worker.on('closed', () => {
    closing.isClosed = true;
    for (const giveUp of closing.waiting) giveUp();
  });
  return worker;
}

/** Errors by which a processor tells BullMQ that it has given the job back: that is no failure. */
const POSTPONEMENTS: ReadonlySet<string> = new Set([
  'DelayedError',
  'WaitingError',
  'WaitingChildrenError',
  'RateLimitError',
]);

function isPostponement(error: unknown): boolean {
  const { name, message } = presentableError(error);
  return POSTPONEMENTS.has(name) || message === 'bullmq:rateLimitExceeded';
}

function startOf(job: BullmqJob): { readonly isRetry: boolean; readonly waitSeconds?: number } {
  const attempts = job.attemptsStarted ?? job.attemptsMade + 1;
  if (job.processedOn === undefined) return { isRetry: attempts > 1 };
  const readyAt = job.timestamp + (job.opts.delay ?? 0);
  return { isRetry: attempts > 1, waitSeconds: (job.processedOn - readyAt) / 1000 };
}

/** BullMQ's options for a job of a task, by the topology of its queue: attempts, and the time between them. */
export function jobOptions<T extends string>(
  topology: Topology<T>,
  task: T,
): { attempts: number; backoff: { type: 'fixed' | 'exponential'; delay: number } } {
  const { retryLimit, retryDelaySeconds, retryBackoff } = topology.queueOf(task);
  return {
    attempts: retryLimit + 1,
    backoff: { type: retryBackoff ? 'exponential' : 'fixed', delay: retryDelaySeconds * 1000 },
  };
}

/** BullMQ's options for a worker of a queue, by its topology. */
export function workerOptions<Q extends string>(
  topology: Topology<string, Q>,
  queue: Q,
): { concurrency: number } {
  return { concurrency: topology.queue(queue).concurrency };
}
