import { observeGarbageCollections } from './garbage-collections.js';
import type { AnyMetric, MetricMaker } from './metric-maker.js';

const GC_BUCKETS = [0.001, 0.01, 0.1, 1, 2, 5];

export function version(make: MetricMaker): AnyMetric[] {
  const gauge = make.gauge('nodejs_version_info');
  // v20.20.2
  const [major = '', minor = '', patch = ''] = process.versions.node.split('.');
  gauge.collect = () => gauge.set(make.labels({ version: process.version, major, minor, patch }), 1);
  return [gauge];
}

export function garbageCollection(make: MetricMaker, buckets: readonly number[] = GC_BUCKETS): AnyMetric[] {
  const durations = make.histogram('nodejs_gc_duration_seconds', buckets);
  const tellAll = observeGarbageCollections(({ kind, seconds }) => {
    durations.observe(make.labels({ kind }), seconds);
  });
  durations.collect = tellAll;
  return [durations];
}
