import type { MetricFamily } from '@promshard/aggregator';

import type { ExposedFamilies } from './self-metrics.js';

/**
 * The families that are asked for by name; all of them where no name is. A family is wanted by its own name (`jobs`) or by
 * that of any of its samples (`jobs_total`, `x_bucket`), and comes whole: a histogram without its `_count` would be none.
 */
export function namedFamilies(exposed: ExposedFamilies, names: readonly string[]): ExposedFamilies {
  if (names.length === 0) return exposed;
  const wanted = new Set(names);
  return { families: exposed.families.filter((family) => isWanted(family, wanted)) };
}

function isWanted({ name, type, samples }: MetricFamily, wanted: ReadonlySet<string>): boolean {
  if (wanted.has(name)) return true;
  // Only of these do samples have other names than the family; the first series has one of each.
  if (type === 'gauge' || type === 'unknown') return false;
  for (const suffix of ['_total', '_created', '_bucket', '_count', '_sum', '_info']) {
    if (wanted.has(`${name}${suffix}`)) return samples.some((sample) => wanted.has(sample.name));
  }
  return false;
}
