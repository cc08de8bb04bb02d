import { TaskMetricsError } from './task-metrics-error.js';
import type { TaskMetrics } from './create-task-metrics.js';

/** What does a queue's tasks, by task; never looked up by prototype. */
export type Handlers<H> = ReadonlyMap<unknown, H>;

/**
 * Takes an object of handlers, if it has one for each task of the queue and no other.
 *
 * @param where - The function that was called, for the message.
 * @param queue - Where there is a topology, its tasks of this queue are expected; else any registered ones.
 * @throws TaskMetricsError `TASK_NOT_REGISTERED` or `OPTIONS_INVALID`, every problem at once.
 */
export function registeredHandlers<H>(
  where: string,
  metrics: TaskMetrics,
  handlers: Readonly<Record<string, H>>,
  queue?: string,
): Handlers<H> {
  const given = Object.entries(handlers);
  const unregistered = given.filter(([name]) => !metrics.isRegistered(name)).length;
  if (unregistered > 0) {
    throw new TaskMetricsError(
      'TASK_NOT_REGISTERED',
      `${where} has ${unregistered} ${unregistered === 1 ? 'handler' : 'handlers'} of tasks that are not registered; ` +
        `expected some of ${metrics.taskNames.join(', ')}. Add them to the topology, or to taskNames.`,
    );
  }
  const wrong = given.filter(([, handler]) => typeof handler !== 'function').map(([name]) => name);
  const expected = queue === undefined ? undefined : metrics.topology?.queue(queue).taskNames;
  const missing = expected?.filter((name) => !Object.hasOwn(handlers, name)) ?? [];
  const foreign = expected === undefined ? [] : given.filter(([name]) => !expected.includes(name));
  const problems = [
    ...(given.length === 0 ? ['has no handlers'] : []),
    ...(wrong.length > 0 ? [`has handlers that are no functions: ${wrong.join(', ')}`] : []),
    ...(missing.length > 0 ? [`has no handler for ${missing.join(', ')}`] : []),
    ...(foreign.length > 0
      ? [`has handlers for tasks of other queues: ${foreign.map(([name]) => name).join(', ')}`]
      : []),
  ];
  if (problems.length > 0) throw new TaskMetricsError('OPTIONS_INVALID', `${where} ${problems.join('; ')}.`);
  return new Map(given);
}

/** What a job fails with whose task nobody here does. It carries no name: that is whatever somebody sent. */
export function unregisteredTask(): TaskMetricsError {
  return new TaskMetricsError(
    'TASK_NOT_REGISTERED',
    'This worker has no such task. The job is of another version of the program, or of somebody else.',
  );
}
