/** Why an exporter may not load a package. */
export type ForbiddenPurpose = 'a database' | 'a queue' | 'application settings';

const DATABASES = [
  '@aws-sdk/client-dynamodb',
  '@electric-sql/pglite',
  '@elastic/elasticsearch',
  '@libsql/client',
  '@mikro-orm/core',
  '@neondatabase/serverless',
  '@opensearch-project/opensearch',
  '@planetscale/database',
  '@prisma/client',
  '@supabase/supabase-js',
  'better-sqlite3',
  'cassandra-driver',
  'drizzle-orm',
  'ioredis',
  'keyv',
  'knex',
  'kysely',
  'level',
  'lmdb',
  'mariadb',
  'memcached',
  'mongodb',
  'mongoose',
  'mssql',
  'mysql',
  'mysql2',
  'neo4j-driver',
  'objection',
  'oracledb',
  'pg',
  'pg-promise',
  'postgres',
  'redis',
  'sequelize',
  'slonik',
  'sqlite3',
  'tedious',
  'typeorm',
] as const;

const QUEUES = [
  '@aws-sdk/client-sqs',
  '@azure/service-bus',
  '@google-cloud/pubsub',
  '@google-cloud/tasks',
  '@temporalio/client',
  '@temporalio/worker',
  'agenda',
  'amqplib',
  'bee-queue',
  'bree',
  'bull',
  'bullmq',
  'celery-node',
  'graphile-worker',
  'kafkajs',
  'mqtt',
  'nats',
  'node-rdkafka',
  'pg-boss',
  'rhea',
] as const;

const SETTINGS = [
  '@nestjs/config',
  'config',
  'convict',
  'dotenv',
  'dotenv-expand',
  'dotenv-flow',
  'env-var',
  'envalid',
  'nconf',
  'node-config',
  'rc',
  'znv',
] as const;

const PURPOSES: ReadonlyMap<string, ForbiddenPurpose> = new Map([
  ...DATABASES.map((name) => [name, 'a database'] as const),
  ...QUEUES.map((name) => [name, 'a queue'] as const),
  ...SETTINGS.map((name) => [name, 'application settings'] as const),
]);

/** What a package is for, if that is nothing for an exporter. */
export function forbiddenPurpose(packageName: string): ForbiddenPurpose | undefined {
  return PURPOSES.get(packageName);
}
