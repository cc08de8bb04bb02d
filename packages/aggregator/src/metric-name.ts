import type { MetricKind } from '@promshard/shard-format';

const PLAIN_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
/** Control characters have no place in a name; UTF-8 cannot carry half a surrogate pair. */
const NEVER = /[\p{Cc}\p{Surrogate}]/u;

/**
 * Says whether a scraper can get this metric name, quoted or escaped if need be: since version 3 Prometheus takes any
 * UTF-8, and Python's writers write such names.
 */
export function isMetricName(name: string): boolean {
  return PLAIN_NAME.test(name) || (name !== '' && !NEVER.test(name));
}

/**
 * Says whether a scraper can get this label name, and Prometheus does not claim it: names that begin with two underscores
 * are its own, and `__name__` would rename the series.
 */
export function isLabelName(name: string): boolean {
  return isMetricName(name) && !name.startsWith('__');
}

/** A name as messages show it: in quotes unless it is plain. */
export function shownName(name: string): string {
  return PLAIN_NAME.test(name) ? name : JSON.stringify(name);
}

/** What a sample's name is made of, by type: the family's name and one of these. */
export const SAMPLE_SUFFIXES: Readonly<Record<MetricKind, readonly string[]>> = {
  counter: ['_total'],
  gauge: [''],
  histogram: ['_bucket', '_sum', '_count'],
  summary: ['_count', '_sum'],
  // Of a summary's bins and quantiles, see parseSketchSuffix.
  sketch: [],
  exemplars: [],
  info: ['_info'],
  stateset: [''],
};
