import type { Topology, WorkQueue } from './topology.js';

export { consume, type PgBossConsumer, type PgBossConsumerOptions } from './consume-pg-boss.js';
export type { PgBossContext, PgBossHandler } from './consume-pg-boss.js';
export type { PgBossBroker, PgBossJob, TaskOf } from './pg-boss-types.js';
export { type PgBossWorkers, type PgBossWorkOptions, work } from './work-pg-boss.js';

/** What is used of pg-boss (10 to 12) to make queues. */
export interface PgBossQueues {
  createQueue(name: string, options: never): Promise<unknown>;
  updateQueue(name: string, options: never): Promise<unknown>;
}

/**
 * Makes the queues of a topology, those of dead letters first, and gives them its settings where they are there already. For
 * whoever deploys, or the first process that starts; it does no harm twice.
 */
export async function createQueues(boss: PgBossQueues, topology: Topology): Promise<void> {
  for (const name of topology.deadLetterQueues) await boss.createQueue(name, { name } as never);
  for (const queue of topology.queues) {
    await boss.createQueue(queue.name, settingsOf(queue) as never);
    await boss.updateQueue(queue.name, settingsOf(queue) as never);
  }
}

function settingsOf(queue: WorkQueue): object {
  return {
    name: queue.name,
    retryLimit: queue.retryLimit,
    retryDelay: queue.retryDelaySeconds,
    retryBackoff: queue.retryBackoff,
    expireInSeconds: queue.expireInSeconds,
    ...(queue.deadLetterQueue !== undefined && { deadLetter: queue.deadLetterQueue }),
  };
}
