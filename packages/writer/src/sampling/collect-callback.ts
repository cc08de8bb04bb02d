import type { MetricRegistry } from '../metric-configuration.js';
import type { CallbackSource } from './sampled-callback.js';

/** A metric with a `collect` callback, as far as sampling looks at it. */
export interface CollectingMetric {
  readonly collect: (() => unknown) | undefined;
  readonly registers: readonly MetricRegistry[];
}

/**
 * The `collect` callback of a metric as something to sample. It runs as long as one of the registries in which the
 * metric was declared still has it, as in prom-client: after `registry.clear()` what a callback uses may be gone. A
 * metric that was declared in none is in the shards alone, and is always sampled.
 */
export function collectCallback(metric: CollectingMetric, name: string): CallbackSource {
  return {
    metric: name,
    title: `The collect callback of metric ${name}`,
    get run() {
      const { collect, registers } = metric;
      if (collect === undefined) return undefined;
      const isWanted = registers.length === 0 || registers.some((registry) => has(registry, name, metric));
      return isWanted ? () => collect.call(metric) : undefined;
    },
  };
}

/** A registry that cannot be asked is taken to have what was registered in it. */
function has(registry: MetricRegistry, name: string, metric: CollectingMetric): boolean {
  const { getSingleMetric } = registry as { getSingleMetric?: (name: string) => unknown };
  return getSingleMetric === undefined || getSingleMetric.call(registry, name) === metric;
}
