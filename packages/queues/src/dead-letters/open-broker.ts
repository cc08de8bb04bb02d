import { bullmqDeadLetters } from './bullmq.js';
import type { BrokerArguments } from './command-line.js';
import type { DeadLetterBroker } from './dead-letter-broker.js';
import { deadLetters, type DeadLetters, type DeadLettersOptions } from './dead-letters.js';
import { DeadLettersError } from './dead-letters-error.js';
import type { Drivers, IoredisConnection } from './drivers.js';
import { graphileWorkerDeadLetters } from './graphile-worker.js';
import { celeryDeadLetters } from './celery.js';
import { pgBossDeadLetters } from './pg-boss.js';
import { listDeadLetters } from './lists.js';

const TIMEOUT_MS = 10_000;

/** The dead letters of a broker, and its connections. */
export interface OpenBroker {
  readonly letters: DeadLetters;
  close(): Promise<void>;
}

/**
 * Connects to the broker that the command line names, with the project's own drivers.
 *
 * @throws DeadLettersError with `DRIVER_MISSING`; else what the driver throws when the broker cannot be reached.
 */
export async function openBroker(
  source: BrokerArguments,
  url: string,
  drivers: Drivers,
  options: DeadLettersOptions,
): Promise<OpenBroker> {
  const { broker } = source;
  switch (broker) {
    case 'pg-boss':
    case 'graphile-worker':
    case 'celery':
      return openPostgres({ ...source, broker }, url, drivers, options);
    case 'bullmq':
    case 'redis':
      return openRedis({ ...source, broker }, url, drivers, options);
    default:
      return broker satisfies never;
  }
}

async function openPostgres(
  { broker, queue, schema }: BrokerArguments & { readonly broker: 'pg-boss' | 'graphile-worker' | 'celery' },
  url: string,
  drivers: Drivers,
  options: DeadLettersOptions,
): Promise<OpenBroker> {
  const PgBoss = broker === 'pg-boss' ? drivers.pgBoss() : undefined;
  const { Pool } = drivers.pg();
  const pool = new Pool({
    connectionString: url,
    max: 2,
    connectionTimeoutMillis: TIMEOUT_MS,
    application_name: 'promshard-dead-letters',
  });
  // A connection that breaks while it is idle is no concern of anybody's.
  pool.on('error', () => {});
  const at = schema === undefined ? {} : { schema };
  let stop: (() => Promise<unknown>) | undefined;
  const close = async (): Promise<void> => {
    await stop?.();
    await pool.end();
  };
  const opened = <Handle>(dead: DeadLetterBroker<Handle>): OpenBroker => ({
    letters: deadLetters(dead, options),
    close,
  });
  try {
    if (broker === 'graphile-worker') return opened(graphileWorkerDeadLetters({ sql: pool, ...at }));
    if (broker === 'celery') return opened(celeryDeadLetters({ sql: pool, names: named(queue), ...at }));
    if (PgBoss === undefined) throw new DeadLettersError('DRIVER_MISSING', 'pg-boss is not installed.');
    const db = {
      async executeSql(text: string, values?: unknown[]) {
        const { rows } = await pool.query(text, values);
        return { rows: [...rows] };
      },
    };
    const boss = new PgBoss({
      db,
      schema: schema ?? 'pgboss',
      migrate: false,
      supervise: false,
      schedule: false,
    });
    boss.on('error', () => {});
    // Without migration, it only compares the schema's version with its own.
    await boss.start().catch(refuseSchema);
    // Version 12 has timers, even so.
    stop = () => boss.stop({ graceful: false, close: false });
    return opened(pgBossDeadLetters({ boss, pool, ...at }));
  } catch (error) {
    await pool.end();
    throw error;
  }
}

async function openRedis(
  { broker, queue, to, prefix, format, newestAt }: BrokerArguments & { readonly broker: 'bullmq' | 'redis' },
  url: string,
  drivers: Drivers,
  options: DeadLettersOptions,
): Promise<OpenBroker> {
  const bullmq = broker === 'bullmq' ? drivers.bullmq() : undefined;
  const { Redis } = drivers.ioredis();
  const redis: IoredisConnection = new Redis(url, {
    lazyConnect: true,
    connectTimeout: TIMEOUT_MS,
    maxRetriesPerRequest: 1,
    retryStrategy: () => null,
  });
  redis.on('error', () => {});
  await redis.connect();
  if (bullmq === undefined) {
    const dead = listDeadLetters({ redis, names: named(queue), format, newestAt });
    return { letters: deadLetters(dead, options), close: async () => redis.disconnect() };
  }
  const open = (name: string): InstanceType<typeof bullmq.Queue> => {
    // Its own settings of a queue are not to replace those of the application.
    const opened = new bullmq.Queue(name, {
      connection: redis,
      skipMetasUpdate: true,
      ...(prefix !== undefined && { prefix }),
    });
    opened.on('error', () => {});
    return opened;
  };
  const [name] = named(queue);
  const from = open(name);
  const target = to === undefined || to === name ? undefined : open(to);
  const dead = bullmqDeadLetters(
    target === undefined ? { queues: [from] } : { deadLetterQueues: [{ queue: from, to: target }] },
  );
  return {
    letters: deadLetters(dead, options),
    async close() {
      await Promise.all([from.close(), target?.close()]);
      redis.disconnect();
    },
  };
}

/** What the driver says has a code; what pg-boss itself says has none. */
function refuseSchema(error: unknown): never {
  if ((error as { code?: unknown }).code !== undefined) throw error;
  throw new DeadLettersError(
    'SCHEMA_UNKNOWN',
    'pg-boss does not start on this schema: it is not there, or belongs to another version than the one installed here.',
    { cause: error },
  );
}

/** The queue, which the command line insists on for these brokers. */
function named(queue: string | undefined): [string] {
  if (queue === undefined) throw new DeadLettersError('OPTIONS_INVALID', 'This broker needs --queue.');
  return [queue];
}
