import { isLiveMode, type GaugeMode, type ShardKind } from '@promshard/shard-format';

/** What becomes of the values of dead writers: one rule a shard file. */
export type FoldRule = 'sum' | 'min' | 'max' | 'mostrecent' | 'newest-exemplar' | 'drop';

/**
 * Chooses how the values of a shard outlive its writer. Counters, histograms, summaries and the bins of sketches are
 * sums. A gauge of a living writer's state (`live…`), of each writer (`all`) or of their average ends with its writer; so
 * do infos and state sets, which say what is running, and in what state.
 */
export function foldRule(shard: ShardKind): FoldRule {
  switch (shard.kind) {
    case 'counter':
    case 'histogram':
    case 'summary':
    case 'sketch':
      return 'sum';
    case 'gauge':
      return foldRuleOfGauge(shard.mode);
    case 'exemplars':
      return 'newest-exemplar';
    case 'info':
    case 'stateset':
      return 'drop';
  }
}

function foldRuleOfGauge(mode: GaugeMode): FoldRule {
  if (isLiveMode(mode)) return 'drop';
  switch (mode) {
    case 'sum':
    case 'min':
    case 'max':
    case 'mostrecent':
      return mode;
    default:
      return 'drop';
  }
}
