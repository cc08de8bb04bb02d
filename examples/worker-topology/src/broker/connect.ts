import PgBoss from 'pg-boss';

import { SUPERVISE_INTERVAL_SECONDS } from '../topology.js';

/** Where the queues are. */
export interface BrokerAddress {
  readonly databaseUrl: string;
  /** The Postgres schema that pg-boss keeps its tables in. */
  readonly schema: string;
}

/** What a process does with the broker. */
export type BrokerRole =
  /** Creates the schema and the queues: one process at a time, before the others start. */
  | 'deployment'
  /** Sends jobs and reads how many there are. */
  | 'api'
  /** Takes jobs, and asks now and then for attempts that have expired. */
  | 'worker';

/** Reads where the queues are. */
export function brokerAddress(env: NodeJS.ProcessEnv): BrokerAddress {
  const databaseUrl = env['DATABASE_URL'];
  if (!databaseUrl) throw new Error('DATABASE_URL must be a postgres:// URL of the broker; it is not set.');
  return { databaseUrl, schema: env['BROKER_SCHEMA'] ?? 'pgboss' };
}

/** Connects to the broker. The caller stops what it gets. */
export async function connectBroker(address: BrokerAddress, role: BrokerRole): Promise<PgBoss> {
  const boss = new PgBoss({
    connectionString: address.databaseUrl,
    schema: address.schema,
    application_name: `worker-topology-${role}`,
    // The embedded Postgres runs one statement at a time anyway.
    max: 2,
    migrate: role === 'deployment',
    supervise: role === 'worker',
    maintenanceIntervalSeconds: SUPERVISE_INTERVAL_SECONDS,
    // Nothing here runs by the clock.
    schedule: false,
  });
  // A lost connection is opened again by the next query; without a listener it would end the process.
  boss.on('error', (error) => console.error(`broker: ${error.message}`));
  return boss.start();
}
