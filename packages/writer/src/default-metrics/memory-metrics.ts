import type { AnyMetric, MetricMaker } from './metric-maker.js';
import { heapSpaces } from './process-facts.js';

export function heap(make: MetricMaker): AnyMetric[] {
  const total = make.gauge('nodejs_heap_size_total_bytes');
  const used = make.gauge('nodejs_heap_size_used_bytes');
  const external = make.gauge('nodejs_external_memory_bytes');
  const labels = make.labels();
  total.collect = () => {
    const memory = process.memoryUsage();
    total.set(labels, memory.heapTotal);
    used.set(labels, memory.heapUsed);
    external.set(labels, memory.external);
  };
  return [total, used, external];
}

export function heapBySpace(make: MetricMaker): AnyMetric[] {
  const total = make.gauge('nodejs_heap_space_size_total_bytes');
  const used = make.gauge('nodejs_heap_space_size_used_bytes');
  const available = make.gauge('nodejs_heap_space_size_available_bytes');
  total.collect = () => {
    for (const { space, ...sizes } of heapSpaces()) {
      const labels = make.labels({ space });
      total.set(labels, sizes.total);
      used.set(labels, sizes.used);
      available.set(labels, sizes.available);
    }
  };
  return [total, used, available];
}
