import { DEAD_LETTER_QUEUE, WORK_QUEUES } from '../topology.js';
import { type BrokerAddress, connectBroker } from './connect.js';

/** What the broker's tables say happened to the jobs of the work queues. */
export interface BrokerLedger {
  readonly sent: number;
  readonly completed: number;
  /** Jobs whose every attempt failed. */
  readonly failed: number;
  /** Copies of failed jobs in the dead-letter queue. */
  readonly deadLetters: number;
  /** How often the broker has handed a job to a worker. */
  readonly handedOut: number;
}

/** Reads the ledger on a connection of its own, in one statement. */
export async function readLedger(address: BrokerAddress): Promise<BrokerLedger> {
  const boss = await connectBroker(address, 'api');
  try {
    // pg-boss raises retry_count each time that it hands out a job which had been handed out before.
    const { rows }: { rows: BrokerLedger[] } = await boss.getDb().executeSql(
      `SELECT count(*) FILTER (WHERE name <> $1)::int AS sent,
              count(*) FILTER (WHERE name <> $1 AND state = 'completed')::int AS completed,
              count(*) FILTER (WHERE name <> $1 AND state = 'failed')::int AS failed,
              count(*) FILTER (WHERE name = $1)::int AS "deadLetters",
              coalesce(sum(retry_count + 1) FILTER (WHERE started_on IS NOT NULL), 0)::int AS "handedOut"
         FROM ${address.schema}.job WHERE name = ANY($2)`,
      [DEAD_LETTER_QUEUE, [DEAD_LETTER_QUEUE, ...WORK_QUEUES.map((queue) => queue.name)]],
    );
    return rows[0]!;
  } finally {
    await boss.stop({ graceful: false });
  }
}
