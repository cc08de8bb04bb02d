import pg from 'pg';

import type { BrokerAddress } from '../src/broker/connect.js';

/** Asks the broker's tables directly, past everything that is under test. */
export async function queryBroker<Row extends object>(
  broker: BrokerAddress,
  sql: (schema: string) => string,
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: broker.databaseUrl });
  await client.connect();
  try {
    return (await client.query<Row>(sql(broker.schema))).rows;
  } finally {
    await client.end();
  }
}
