export {
  clusterPool,
  type ClusterPoolOptions,
  type ClusterPrimary,
  type ClusterWorker,
} from './cluster-pool.js';
export type { Collector, CollectorTimes, Family, RunningCollector, Sample } from './collector.js';
export { CollectorsError, type CollectorsErrorCode } from './collectors-error.js';
export { type Collectors, type CollectorsOptions, createCollectors } from './create-collectors.js';
export type { CurrentClient } from './current-client.js';
export { piscinaPool, type PiscinaPool, type PiscinaPoolOptions } from './piscina-pool.js';
export type { PoolConnection, PostgresPool } from './pool-probe.js';
export { postgresPool, type PostgresPoolOptions } from './postgres-pool.js';
export { processMetrics } from './process-metrics.js';
export { redis, type RedisClient, type RedisOptions } from './redis.js';
export type { MetricRegistry } from './registry-families.js';
export { serviceInfo, type ServiceInfo } from './service-info.js';
export type { JobResult } from './worker-pool-families.js';
export { type PoolJob, workerPool, type WorkerPool, type WorkerPoolOptions } from './worker-pool.js';
