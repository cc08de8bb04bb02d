export {
  type BrokerStanding,
  createQueueMetrics,
  type QueueMetrics,
  type QueueMetricsOptions,
  type QueueProblem,
} from './create-queue-metrics.js';
export { QueueMetricsError } from './queue-metrics-error.js';
export type {
  BrokerReading,
  DeadLetterReading,
  QueueReader,
  QueueReading,
  ReadContext,
} from './queue-reader.js';
export type { QueueState } from './queue-state.js';
export { bullmqQueues, type BullmqQueuesOptions } from './redis/bullmq-queues.js';
export { listQueues, type ListQueue, type ListQueuesOptions } from './redis/list-queues.js';
export type { RedisClient } from './redis-client.js';
export { celeryQueues, type CeleryQueuesOptions } from './sql/celery-queues.js';
export { graphileWorkerQueues, type GraphileWorkerQueuesOptions } from './sql/graphile-worker-queues.js';
export { pgBossQueues, type PgBossQueuesOptions, type PgBossState } from './sql/pg-boss-queues.js';
export { readOnlyQuery } from './sql/read-only-query.js';
export type { SqlClient, SqlConnection, SqlPool } from './sql-client.js';
