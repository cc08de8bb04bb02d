/**
 * The kinds of shard files. Each is a metric type, but `sketch`, which holds the quantiles of summaries, and `exemplars`,
 * which holds those of counters and histograms. Python's collector knows the first four; files of the others do not end in
 * `.db`, so that it passes them over.
 */
export type MetricKind =
  | 'counter'
  | 'gauge'
  | 'histogram'
  | 'summary'
  | 'sketch'
  | 'info'
  | 'stateset'
  | 'exemplars';

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

/**
 * How the state sets of several living processes combine: one for each (`liveall`), on where any has it on (`livemax`),
 * on where all have (`livemin`), or that of whoever changed last. A sum would be no state set: its values are 0 and 1.
 */
export type StateSetMode = 'liveall' | 'livemax' | 'livemin' | 'livemostrecent';

/** What a shard file holds: one kind, and for gauges and state sets one mode. */
export type ShardKind =
  | { readonly kind: 'counter' | 'histogram' | 'summary' | 'sketch' | 'info' | 'exemplars' }
  | { readonly kind: 'gauge'; readonly mode: GaugeMode }
  | { readonly kind: 'stateset'; readonly mode: StateSetMode };

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

/** Every mode of state sets. */
export const STATE_SET_MODES: readonly StateSetMode[] = ['liveall', 'livemax', 'livemin', 'livemostrecent'];

/** Says whether `text` is a mode of state sets. */
export function isStateSetMode(text: string): text is StateSetMode {
  return (STATE_SET_MODES as readonly string[]).includes(text);
}

/** A name for a kind and its mode, which no other has: `counter`, `gauge_max`. File names begin with it. */
export function kindName(shard: ShardKind): string {
  return 'mode' in shard ? `${shard.kind}_${shard.mode}` : shard.kind;
}

/** Says whether `text` is a gauge mode. */
export function isGaugeMode(text: string): text is GaugeMode {
  return (GAUGE_MODES as readonly string[]).includes(text);
}

/** Says whether a mode counts living writers only: a dead writer's values are dropped, not folded. */
export function isLiveMode(mode: GaugeMode): boolean {
  return mode.startsWith('live');
}
