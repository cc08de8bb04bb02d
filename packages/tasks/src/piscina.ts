import type { TaskMetrics } from './create-task-metrics.js';
import { type Envelope, isEnvelope, RunLedger, sharedNow, withoutMove } from './piscina-run.js';
import { plainError } from './presentable-error.js';
import { registeredHandlers, unregisteredTask } from './registered-handlers.js';
import { TaskMetricsError } from './task-metrics-error.js';
import type { Topology } from './topology.js';

/** What is used of a Piscina pool (4 or newer). */
export interface PiscinaPool<O> {
  run(task: unknown, options?: O): Promise<unknown>;
}

/** A pool whose runs are counted. */
export interface InstrumentedPool<T extends string, O> {
  /**
   * Runs a task in a thread, as `pool.run()` does.
   *
   * @throws TaskMetricsError `TASK_NOT_REGISTERED`, as a rejection, before anything is run or counted.
   */
  run(task: T, data?: unknown, options?: O): Promise<unknown>;
}

/**
 * Counts how the runs of a pool end, in the thread that owns it: only there it shows that a run was aborted, or that its thread
 * died. What its threads begin is counted in the threads, by {@link threadTasks}; both are needed.
 */
export function instrumentPool<T extends string, O>(
  pool: PiscinaPool<O>,
  metrics: TaskMetrics<T>,
): InstrumentedPool<T, O> {
  return {
    async run(task, data, options) {
      if (!metrics.isRegistered(task)) {
        throw new TaskMetricsError(
          'TASK_NOT_REGISTERED',
          `run() was given a task that is not registered; expected one of ${metrics.taskNames.join(', ')}.`,
        );
      }
      const ledger = new RunLedger();
      const promshardTask = { task, enqueuedAt: sharedNow(), ledger: ledger.buffer };
      const [plain, plainOptions] = withoutMove(data, options);
      const envelope: Envelope = { promshardTask, data: plain };
      try {
        const result = await pool.run(envelope, plainOptions);
        metrics.countEnd(task, { kind: 'success' });
        return result;
      } catch (error) {
        // What never began was no attempt: it was aborted, or refused, while it waited.
        if (ledger.reached !== 'queued')
          metrics.countEnd(task, {
            kind: 'failure',
            errorClass: ledger.errorClass ?? metrics.errorClassOf(error),
          });
        throw error;
      } finally {
        metrics.flush();
      }
    },
  };
}

/** Does a task in a thread. */
export type ThreadHandler = (data: never) => unknown;

/**
 * The function that the threads' file exports as its default: it does each task by its name, and counts what the thread begins.
 *
 * @throws TaskMetricsError `TASK_NOT_REGISTERED` or `OPTIONS_INVALID`.
 *
 * @example
 * openShardStore();
 * export default threadTasks(createTaskMetrics({ topology }), { resize: (image: string) => … });
 */
export function threadTasks(
  metrics: TaskMetrics,
  handlers: Readonly<Record<string, ThreadHandler>>,
): (envelope: unknown) => Promise<unknown> {
  const known = registeredHandlers('threadTasks()', metrics, handlers);
  return async (envelope) => {
    if (!isEnvelope(envelope)) {
      throw new TaskMetricsError(
        'OPTIONS_INVALID',
        'This thread was given data by pool.run(); expected them by instrumentPool(pool, metrics).run(task, data).',
      );
    }
    const { task, enqueuedAt, ledger: buffer } = envelope.promshardTask;
    const ledger = new RunLedger(buffer);
    const handler = known.get(task);
    const attempt = metrics.begin(task, { waitSeconds: sharedNow() - enqueuedAt });
    ledger.begin();
    metrics.flush();
    try {
      if (handler === undefined) throw unregisteredTask();
      const result = await handler(envelope.data as never);
      attempt.ran();
      ledger.end();
      return result;
    } catch (error) {
      attempt.ran();
      ledger.end(handler === undefined ? 'defect' : metrics.errorClassOf(error));
      // It is to be cloned, and what cannot be cloned would end the thread, or the pool's process.
      throw plainError(error);
    } finally {
      // The thread sleeps between two tasks: what is not written now waits for the next one.
      metrics.flush();
    }
  };
}

/** Piscina's options for a pool that does the tasks of a queue, by its topology. */
export function poolOptions<Q extends string>(
  topology: Topology<string, Q>,
  queue: Q,
): { maxThreads: number } {
  return { maxThreads: topology.queue(queue).concurrency };
}
