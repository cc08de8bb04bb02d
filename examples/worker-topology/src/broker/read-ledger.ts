import { DEAD_LETTER_QUEUE, FILE_QUEUES } from '../topology.js';
import { type BrokerAddress, connectBroker } from './connect.js';

/** What the broker's tables say happened to the file jobs. */
export interface BrokerLedger {
  readonly sent: number;
  readonly completed: number;
  /** Jobs whose every attempt failed; a replayed one is another job. */
  readonly failed: number;
  /** What lies in the dead-letter queue: a copy of each failed job, until it is replayed or dropped. */
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
      [DEAD_LETTER_QUEUE, [DEAD_LETTER_QUEUE, ...FILE_QUEUES]],
    );
    return rows[0]!;
  } finally {
    await boss.stop({ graceful: false });
  }
}
