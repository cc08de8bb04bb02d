import type { MetricKind } from '@promshard/shard-format';

// Prometheus, "Metric names and labels". Names that begin with two underscores are Prometheus' own: a label
// `__name__` would rename the series.
const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL_NAME = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Says whether a text exposition may hold this metric name unquoted. */
export function isMetricName(name: string): boolean {
  return METRIC_NAME.test(name);
}

/** Says whether a text exposition may hold this label name unquoted, and Prometheus does not claim it. */
export function isLabelName(name: string): boolean {
  return LABEL_NAME.test(name);
}

/** What a sample's name is made of, by type: the family's name and one of these. */
export const SAMPLE_SUFFIXES: Readonly<Record<MetricKind, readonly string[]>> = {
  counter: ['_total'],
  gauge: [''],
  histogram: ['_bucket', '_sum', '_count'],
  summary: ['_count', '_sum'],
  // Of a summary's bins and quantiles, see parseSketchSuffix.
  sketch: [],
  info: ['_info'],
  stateset: [''],
};
