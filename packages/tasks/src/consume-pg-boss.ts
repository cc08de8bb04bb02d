import { setTimeout as sleep } from 'node:timers/promises';

import type { Attempt } from './attempt.js';
import type { TaskMetrics } from './create-task-metrics.js';
import { checkNumber } from './check-number.js';
import { checkOptionNames } from './option-names.js';
import {
  isLastAttempt,
  MAX_TIMEOUT_MS,
  nameOf,
  type PgBossBroker,
  type PgBossJob,
  type TaskOf,
  taskOfJob,
  waitOf,
} from './pg-boss-types.js';
import { plainError } from './presentable-error.js';
import { type Handlers, registeredHandlers, unregisteredTask } from './registered-handlers.js';
import { TaskMetricsError } from './task-metrics-error.js';

/** What a task of pg-boss is given besides its data. */
export interface PgBossContext<D = unknown> {
  readonly job: PgBossJob<D>;
  /** Fires when the broker may give the attempt up: `expireInSeconds` after it was taken. */
  readonly signal: AbortSignal;
}

/** Does a task; what it returns is kept with the job, as JSON. */
export type PgBossHandler<D = never> = (data: D, context: PgBossContext<D>) => unknown;

/** What is consumed, and how. */
export interface PgBossConsumerOptions {
  readonly boss: PgBossBroker;
  readonly metrics: TaskMetrics;
  readonly queue: string;
  /** What does each task of the queue. */
  readonly handlers: Readonly<Record<string, PgBossHandler>>;
  /** By default the queue's only task, or what `data.task` says. */
  readonly taskOf?: TaskOf;
  /** Jobs in hand at a time; by default the topology's, or 1. */
  readonly concurrency?: number;
  /** Milliseconds before the broker is asked again that had nothing; by default 2,000. */
  readonly pollingIntervalMs?: number;
  /** Is told when the broker does not answer; by default a process warning, once a minute. What it throws is dropped. */
  readonly onError?: (error: unknown) => void;
}

/** Takes jobs until it is stopped. */
export interface PgBossConsumer {
  /** Takes no further job; settles when those in hand have ended and the broker has heard of it. */
  stop(): Promise<void>;
}

/** How often the broker is told of an end before the job is left to expire, and the first of the waits between, which double. */
const TELLINGS = 5;
const FIRST_WAIT_MS = 200;

/**
 * Takes jobs from a queue, tells the broker of each how it ended, and counts what the broker took: an end counts when it has
 * answered. In place of `boss.work()`, which tells of a batch as a whole, does not wait for an answer, and leaves an attempt
 * whose code runs on.
 *
 * @throws TaskMetricsError `TASK_NOT_REGISTERED` or `OPTIONS_INVALID`.
 */
export function consume(options: PgBossConsumerOptions): PgBossConsumer {
  const where = 'consume()';
  checkOptionNames(where, options, {
    boss: true,
    metrics: true,
    queue: true,
    handlers: true,
    taskOf: true,
    concurrency: true,
    pollingIntervalMs: true,
    onError: true,
  });
  const { boss, metrics, queue, pollingIntervalMs = 2000 } = options;
  const onError = deaf(options.onError ?? warnNowAndThen());
  const handlers = registeredHandlers(where, metrics, options.handlers, queue);
  const concurrency = options.concurrency ?? metrics.topology?.queue(queue).concurrency ?? 1;
  checkNumber(where, 'concurrency', concurrency, 1);
  checkNumber(where, 'pollingIntervalMs', pollingIntervalMs, 10);
  const broker: Broker = { boss, queue, onError };
  const taskOf = options.taskOf ?? taskOfJob(handlers);

  const stopping = new AbortController();
  const inHand = new Set<Promise<void>>();

  async function take(): Promise<number> {
    const askedAt = performance.now();
    const batchSize = concurrency - inHand.size;
    const jobs = (await boss.fetch(queue, { batchSize, includeMetadata: true })) ?? [];
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what pg-boss gives with metadata
    for (const job of jobs as readonly PgBossJob<never>[]) {
      const running = runJob({ broker, metrics, handlers, taskOf }, job, askedAt)
        .catch(onError)
        .finally(() => inHand.delete(running));
      inHand.add(running);
    }
    return jobs.length;
  }

  async function loop(): Promise<void> {
    while (!stopping.signal.aborted) {
      if (inHand.size >= concurrency) {
        await Promise.race(inHand);
        continue;
      }
      const taken = await take().catch((error: unknown) => {
        onError(error);
        return 0;
      });
      if (taken === 0) await sleep(pollingIntervalMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }

  const ended = loop();
  return {
    async stop() {
      stopping.abort();
      await ended;
      await Promise.all(inHand);
    },
  };
}

interface Broker {
  readonly boss: PgBossBroker;
  readonly queue: string;
  readonly onError: (error: unknown) => void;
}

interface Work {
  readonly broker: Broker;
  readonly metrics: TaskMetrics;
  readonly handlers: Handlers<PgBossHandler>;
  readonly taskOf: TaskOf;
}

/** @param askedAt - When the broker was asked for the job: no later than it began to count the attempt's time. */
async function runJob(
  { broker, metrics, handlers, taskOf }: Work,
  job: PgBossJob<never>,
  askedAt: number,
): Promise<void> {
  const task = nameOf(taskOf, job);
  const handler = handlers.get(task);
  const start = { isRetry: job.retryCount > 0, waitSeconds: waitOf(job) };
  const attempt = metrics.begin(handler === undefined ? undefined : task, start);
  metrics.flush();
  const expiresAt = askedAt + Number(job.expireInSeconds) * 1000;
  if (handler === undefined) {
    const told = await tellFailure(broker, job, unregisteredTask());
    attempt.failed(undefined, { errorClass: 'unregistered_task', deadLettered: told && isLastAttempt(job) });
  } else {
    const outcome = await perform(handler, job, expiresAt);
    attempt.ran();
    if (outcome.kind === 'success') await answerSuccess(broker, job, attempt, outcome.result, expiresAt);
    else await answerFailure(broker, job, attempt, outcome.error, expiresAt);
  }
  metrics.flush();
}

type Outcome =
  | { readonly kind: 'success'; readonly result: object | undefined }
  | { readonly kind: 'failure'; readonly error: unknown };

async function perform(handler: PgBossHandler, job: PgBossJob<never>, expiresAt: number): Promise<Outcome> {
  const expiry = new AbortController();
  const leftMs = Math.min(Math.max(0, expiresAt - performance.now()), MAX_TIMEOUT_MS);
  const timer = setTimeout(
    () => expiry.abort(new DOMException('The attempt expired.', 'TimeoutError')),
    leftMs,
  );
  try {
    const result = await handler(job.data, { job, signal: expiry.signal });
    return { kind: 'success', result: asJson(result) };
  } catch (error) {
    return { kind: 'failure', error };
  } finally {
    clearTimeout(timer);
  }
}

/** What pg-boss can keep of a result; a result that is no JSON fails the attempt here, and not while the broker is told. */
function asJson(result: unknown): object | undefined {
  const text = JSON.stringify(result);
  if (text === undefined || result === null) return undefined;
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : { value };
}

async function answerSuccess(
  { boss, queue, onError }: Broker,
  { id }: PgBossJob,
  attempt: Attempt,
  result: object | undefined,
  expiresAt: number,
): Promise<void> {
  for (let telling = 1; telling <= TELLINGS; telling += 1) {
    try {
      const isTaken = affected(await boss.complete(queue, id, result)) > 0;
      // The answer to an earlier telling may have been lost.
      if (isTaken || (telling > 1 && stateOf(await boss.getJobById(queue, id)) === 'completed'))
        attempt.succeeded();
      else
        attempt.failed(undefined, {
          errorClass: performance.now() >= expiresAt ? 'expired' : 'unacknowledged',
        });
      return;
    } catch (error) {
      onError(error);
      await sleep(FIRST_WAIT_MS * 2 ** (telling - 1));
    }
  }
  attempt.failed(undefined, { errorClass: 'unacknowledged' });
}

async function answerFailure(
  broker: Broker,
  job: PgBossJob,
  attempt: Attempt,
  error: unknown,
  expiresAt: number,
): Promise<void> {
  // Too late: the broker has given the attempt up, or will, and the next may be under way. To fail that one would be wrong.
  if (performance.now() >= expiresAt) {
    attempt.failed(error, { errorClass: 'expired' });
    return;
  }
  const isTaken = await tellFailure(broker, job, error);
  attempt.failed(error, { deadLettered: isTaken && isLastAttempt(job) });
}

/** Whether the broker took note of the failure. */
async function tellFailure(
  { boss, queue, onError }: Broker,
  { id }: PgBossJob,
  error: unknown,
): Promise<boolean> {
  for (let telling = 1; telling <= TELLINGS; telling += 1) {
    try {
      if (affected(await boss.fail(queue, id, plainError(error))) > 0) return true;
      return telling > 1 && stateOf(await boss.getJobById(queue, id)) === 'failed';
    } catch (problem) {
      onError(problem);
      await sleep(FIRST_WAIT_MS * 2 ** (telling - 1));
    }
  }
  return false;
}

function affected(answer: unknown): number {
  if (
    typeof answer === 'object' &&
    answer !== null &&
    'affected' in answer &&
    typeof answer.affected === 'number'
  )
    return answer.affected;
  throw new TaskMetricsError(
    'OPTIONS_INVALID',
    'consume(): boss does not say what it took; expected pg-boss 10 or newer.',
  );
}

function stateOf(job: unknown): unknown {
  return typeof job === 'object' && job !== null && 'state' in job ? job.state : undefined;
}

/** A listener of which nothing is heard: were it to fail, the jobs in hand would end uncounted, and then the process. */
function deaf(listener: (error: unknown) => unknown): (error: unknown) => void {
  return (problem) => {
    void (async () => listener(problem))().catch(() => {});
  };
}

const QUIET_MS = 60_000;

/** Warns of the first error, and then once a minute: a database that is away is asked again and again. */
function warnNowAndThen(): (error: unknown) => void {
  let quietUntil = 0;
  return (error) => {
    if (performance.now() < quietUntil) return;
    quietUntil = performance.now() + QUIET_MS;
    const { name, code } = plainError(error) as Error & { code?: string | number };
    process.emitWarning(`pg-boss does not answer: ${code ?? name}`, { code: 'PROMSHARD_TASKS_BROKER' });
  };
}
