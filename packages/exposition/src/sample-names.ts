import type { MetricType } from './model.js';

/**
 * The suffixes that a family's samples carry, by type (OpenMetrics 1.0, "Suffixes").
 */
export const SAMPLE_SUFFIXES: Readonly<Record<MetricType, readonly string[]>> = {
  counter: ['_total', '_created'],
  gauge: [''],
  histogram: ['_bucket', '_sum', '_count', '_created'],
  gaugehistogram: ['_bucket', '_gsum', '_gcount'],
  summary: ['', '_sum', '_count', '_created'],
  info: ['_info'],
  stateset: [''],
  unknown: [''],
};

/** The types that text 0.0.4 has. */
export type TextType = 'counter' | 'gauge' | 'histogram' | 'summary' | 'untyped';

/** How a family of some type is shown in text 0.0.4. */
export interface TextForm {
  readonly type: TextType;
  /** What the family's name gains on the wire. */
  readonly nameSuffix: string;
  /** The sample suffixes, of the OpenMetrics name, that stay in the family. */
  readonly own: readonly string[];
  /** The sample suffixes that become gauge families of their own, written after it. */
  readonly apart: readonly string[];
}

/**
 * Text 0.0.4 for each OpenMetrics type, as Python's `prometheus_client.generate_latest` shows it: the counter
 * `jobs` is the family `jobs_total`, an info is a gauge, and `_created` is a gauge of its own.
 */
export const TEXT_FORMS: Readonly<Record<MetricType, TextForm>> = {
  counter: { type: 'counter', nameSuffix: '_total', own: ['_total'], apart: ['_created'] },
  gauge: { type: 'gauge', nameSuffix: '', own: [''], apart: [] },
  histogram: { type: 'histogram', nameSuffix: '', own: ['_bucket', '_sum', '_count'], apart: ['_created'] },
  gaugehistogram: { type: 'histogram', nameSuffix: '', own: ['_bucket'], apart: ['_gcount', '_gsum'] },
  summary: { type: 'summary', nameSuffix: '', own: ['', '_sum', '_count'], apart: ['_created'] },
  info: { type: 'gauge', nameSuffix: '_info', own: ['_info'], apart: [] },
  stateset: { type: 'gauge', nameSuffix: '', own: [''], apart: [] },
  unknown: { type: 'untyped', nameSuffix: '', own: [''], apart: [] },
};

/**
 * Whether OpenMetrics lets a sample carry an exemplar: only counters' totals and histograms' buckets.
 *
 * @param suffix - What the sample's name adds to the family's.
 */
export function takesExemplar(type: MetricType, suffix: string): boolean {
  switch (type) {
    case 'counter':
      return suffix === '_total';
    case 'histogram':
    case 'gaugehistogram':
      return suffix === '_bucket';
    case 'gauge':
    case 'summary':
    case 'info':
    case 'stateset':
    case 'unknown':
      return false;
  }
}

/** Whether a unit may be declared for the family: it must be the last word of the name (OpenMetrics 1.0, "Unit"). */
export function takesUnit(type: MetricType, name: string, unit: string): boolean {
  return type !== 'info' && type !== 'stateset' && name.endsWith(`_${unit}`);
}
