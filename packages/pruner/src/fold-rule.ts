import { isLiveMode, type ShardKind } from '@promshard/shard-format';

/** What becomes of the values of dead writers: one rule a shard file. */
export type FoldRule = 'sum' | 'min' | 'max' | 'mostrecent' | 'drop';

/**
 * Chooses how the values of a shard outlive its writer. Counters, histograms and summaries are sums. A gauge of a
 * living writer's state (`live…`), of each writer (`all`) or of their average ends with its writer.
 */
export function foldRule(shard: ShardKind): FoldRule {
  if (shard.kind !== 'gauge') return 'sum';
  if (isLiveMode(shard.mode)) return 'drop';
  switch (shard.mode) {
    case 'sum':
    case 'min':
    case 'max':
    case 'mostrecent':
      return shard.mode;
    default:
      return 'drop';
  }
}
