import { DEAD_LETTER_QUEUE, WORK_QUEUES } from '../topology.js';
import { type BrokerAddress, connectBroker } from './connect.js';

/**
 * Creates the schema and the queues of the topology, or brings existing queues to its limits. A step of the
 * deployment, like any migration: run it once, before the processes that use them start.
 */
export async function prepareBroker(address: BrokerAddress): Promise<void> {
  const boss = await connectBroker(address, 'deployment');
  try {
    await boss.createQueue(DEAD_LETTER_QUEUE);
    for (const queue of WORK_QUEUES) {
      const options = {
        name: queue.name,
        retryLimit: queue.retryLimit,
        retryDelay: queue.retryDelaySeconds,
        expireInSeconds: queue.expireInSeconds,
        deadLetter: DEAD_LETTER_QUEUE,
      };
      await boss.createQueue(queue.name, options);
      await boss.updateQueue(queue.name, options);
    }
  } finally {
    await boss.stop({ graceful: false });
  }
}

/** Drops the schema with every job in it. */
export async function dropBroker(address: BrokerAddress): Promise<void> {
  const boss = await connectBroker(address, 'deployment');
  try {
    await boss.getDb().executeSql(`DROP SCHEMA ${address.schema} CASCADE`, []);
  } finally {
    await boss.stop({ graceful: false });
  }
}
