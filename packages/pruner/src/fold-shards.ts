import {
  REMOVED_TIMESTAMP,
  shardFileName,
  type ShardEntry,
  type ShardEntryInput,
  type ShardKind,
} from '@promshard/shard-format';

import { foldRule, type FoldRule } from './fold-rule.js';
import { addToSeries, splitSum, startSeries, type FoldedSeries } from './fold-series.js';

/** One entry of a shard, as far as folding looks at it. */
export type FoldEntry = Pick<ShardEntry, 'key' | 'keyText' | 'value' | 'timestamp'>;

/** One shard's values. */
export interface FoldInput {
  readonly shard: ShardKind;
  readonly entries: Iterable<FoldEntry>;
}

/** What the shards of one kind came to. */
export interface FoldOutput {
  readonly shard: ShardKind;
  readonly entries: readonly ShardEntryInput[];
}

/** Folds shards one after another; memory goes with the number of series, not of shards. */
export interface ShardFold {
  add(input: FoldInput): void;
  /** One output a kind, in the order of file names; series stand in the order in which they came. */
  finish(): FoldOutput[];
}

/** Begins a fold. Removed entries are passed over, and so are shards whose values end with their writer. */
export function startFold(): ShardFold {
  const kinds = new Map<string, { shard: ShardKind; series: Map<string, FoldedSeries> }>();
  return {
    add: ({ shard, entries }) => {
      const rule = foldRule(shard);
      if (rule === 'drop') return;
      const name = shardFileName(shard, '');
      const kind = kinds.get(name) ?? { shard, series: new Map<string, FoldedSeries>() };
      kinds.set(name, kind);
      for (const entry of entries) {
        if (entry.timestamp === REMOVED_TIMESTAMP) continue;
        const series = kind.series.get(entry.keyText);
        if (series === undefined) kind.series.set(entry.keyText, startSeries(entry.key, entry));
        else addToSeries(rule, series, entry);
      }
    },
    finish: () =>
      [...kinds]
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([, { shard, series }]) => ({
          shard,
          entries: [...series.values()].flatMap((one) => entriesOf(foldRule(shard), one)),
        })),
  };
}

/** Folds shards, in the order given, into one output a kind. */
export function foldShards(inputs: Iterable<FoldInput>): FoldOutput[] {
  const fold = startFold();
  for (const input of inputs) fold.add(input);
  return fold.finish();
}

/** A sum that no float64 holds is written as two entries of one key, which every reader adds up. */
function entriesOf(rule: FoldRule, series: FoldedSeries): ShardEntryInput[] {
  const [rounded, rest] = splitSum(series);
  const { key } = series;
  const timestamp = rule === 'mostrecent' ? series.timestamp : 0;
  const entry = { key, value: rounded, timestamp };
  return rest === 0 ? [entry] : [entry, { key, value: rest, timestamp }];
}
