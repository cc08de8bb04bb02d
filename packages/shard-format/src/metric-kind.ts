/** The metric types that have shard files of their own. */
export type MetricKind = 'counter' | 'gauge' | 'histogram' | 'summary';

/**
 * How the gauges of several processes combine. All but the two averages are Python's `multiprocess_mode`;
 * `live…` means that only the values of living writers count.
 */
export type GaugeMode =
  | 'all'
  | 'liveall'
  | 'min'
  | 'livemin'
  | 'max'
  | 'livemax'
  | 'sum'
  | 'livesum'
  | 'mostrecent'
  | 'livemostrecent'
  | 'avg'
  | 'liveavg';

/** What a shard file holds: one metric type, and for gauges one mode. */
export type ShardKind =
  | { readonly kind: 'counter' | 'histogram' | 'summary' }
  | { readonly kind: 'gauge'; readonly mode: GaugeMode };

/** Every gauge mode, Python's first. */
export const GAUGE_MODES: readonly GaugeMode[] = [
  'all',
  'liveall',
  'min',
  'livemin',
  'max',
  'livemax',
  'sum',
  'livesum',
  'mostrecent',
  'livemostrecent',
  'avg',
  'liveavg',
];

/** Says whether `text` is a gauge mode. */
export function isGaugeMode(text: string): text is GaugeMode {
  return (GAUGE_MODES as readonly string[]).includes(text);
}

/** Says whether a mode counts living writers only: a dead writer's values are dropped, not folded. */
export function isLiveMode(mode: GaugeMode): boolean {
  return mode.startsWith('live');
}
