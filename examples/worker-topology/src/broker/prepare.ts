import { createQueues } from '@promshard/tasks/pg-boss';

import { TOPOLOGY } from '../topology.js';
import { type BrokerAddress, connectBroker } from './connect.js';

/**
 * Creates the schema and the queues of the topology, or brings existing queues to its limits. A step of the
 * deployment, like any migration: run it once, before the processes that use them start.
 */
export async function prepareBroker(address: BrokerAddress): Promise<void> {
  const boss = await connectBroker(address, 'deployment');
  try {
    await createQueues(boss, TOPOLOGY);
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
