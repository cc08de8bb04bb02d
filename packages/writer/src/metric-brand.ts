/** What metrics of this library have, those of its other copies too. */
export const SHARD_METRIC: unique symbol = Symbol.for('promshard.metric');

/** Whether something is a metric that writes itself into shards. */
export function isShardMetric(metric: unknown): boolean {
  return typeof metric === 'object' && metric !== null && SHARD_METRIC in metric;
}
