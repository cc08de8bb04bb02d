import { oneOf } from '@promshard/label-policy';

import { TaskMetricsError } from './task-metrics-error.js';
import { type TopologyDeclaration, topologyProblems } from './topology-problems.js';
import type { Topology, WorkQueue } from './topology.js';

/**
 * Says once which queues and tasks there are: what the adapters, the label policy and the snapshot of task names are
 * fed with.
 *
 * @throws TaskMetricsError `TOPOLOGY_INVALID` with every problem at once.
 *
 * @example
 * const topology = defineTopology({
 *   queues: { files: { concurrency: 2, retryLimit: 2, deadLetterQueue: 'files-dead' } },
 *   tasks: { 'hash-file': { queue: 'files' } },
 * });
 */
export function defineTopology<const Q extends string, const T extends string>(
  declaration: TopologyDeclaration<Q, T>,
): Topology<T, Q> {
  const problems = topologyProblems(declaration);
  if (problems.length > 0) {
    throw new TaskMetricsError(
      'TOPOLOGY_INVALID',
      ['The topology cannot be.', ...problems.map((each) => `- ${each}`)].join('\n'),
    );
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- keys are the declared ones
  const taskNames = Object.keys(declaration.tasks).toSorted() as T[];
  const queueNames = Object.keys(declaration.queues).toSorted() as Q[];
  const queues = queueNames.map((name): WorkQueue<T> => {
    const options = declaration.queues[name];
    return Object.freeze({
      name,
      concurrency: options.concurrency ?? 1,
      retryLimit: options.retryLimit ?? 2,
      retryDelaySeconds: options.retryDelaySeconds ?? 0,
      retryBackoff: options.retryBackoff ?? false,
      expireInSeconds: options.expireInSeconds ?? 900,
      deadLetterQueue: options.deadLetterQueue,
      taskNames: Object.freeze(taskNames.filter((task) => declaration.tasks[task].queue === name)),
    });
  });
  const byName = new Map<string, WorkQueue<T>>(queues.map((queue) => [queue.name, queue]));
  const byTask = new Map<string, WorkQueue<T>>(
    queues.flatMap((queue) => queue.taskNames.map((task) => [task, queue] as const)),
  );
  const deadLetterQueues = [...new Set(queues.flatMap((each) => each.deadLetterQueue ?? []))].toSorted();
  const allQueues = [...queueNames, ...deadLetterQueues].toSorted();
  const snapshot = { task: Object.freeze(taskNames), queue: Object.freeze(allQueues) };
  return Object.freeze({
    queues: Object.freeze(queues),
    taskNames: snapshot.task,
    queueNames: snapshot.queue,
    deadLetterQueues: Object.freeze(deadLetterQueues),
    labels: Object.freeze({ task_name: oneOf(...taskNames), queue: oneOf<string>(...allQueues) }),
    snapshot: Object.freeze(snapshot),
    queue: (name: Q): WorkQueue<T> =>
      byName.get(name) ??
      refuse(
        'TOPOLOGY_INVALID',
        `The topology has no such work queue; expected one of ${queueNames.join(', ')}.`,
      ),
    queueOf: (task: T): WorkQueue<T> =>
      byTask.get(task) ??
      refuse(
        'TASK_NOT_REGISTERED',
        `The topology has no such task; expected one of ${taskNames.join(', ')}.`,
      ),
  });
}

function refuse(code: 'TOPOLOGY_INVALID' | 'TASK_NOT_REGISTERED', message: string): never {
  throw new TaskMetricsError(code, message);
}
