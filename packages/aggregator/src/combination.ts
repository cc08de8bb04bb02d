import type { GaugeMode, ShardKind } from '@promshard/shard-format';
import type { Combination } from './slot-table.js';

/**
 * How the values of a kind of shard combine. Whether a writer lives is not asked here: the gauges of dead ones go
 * when the pruner folds.
 */
export function combinationOf(shard: ShardKind): Combination {
  return shard.kind === 'gauge' ? GAUGE_COMBINATIONS[shard.mode] : 'sum';
}

/** Says whether each writer's gauge is a series of its own, told apart by a `pid` label. */
export function isPerWriter(shard: ShardKind): boolean {
  return shard.kind === 'gauge' && GAUGE_COMBINATIONS[shard.mode] === 'last';
}

const GAUGE_COMBINATIONS: Readonly<Record<GaugeMode, Combination>> = {
  all: 'last',
  liveall: 'last',
  min: 'min',
  livemin: 'min',
  max: 'max',
  livemax: 'max',
  sum: 'sum',
  livesum: 'sum',
  mostrecent: 'latest',
  livemostrecent: 'latest',
  avg: 'mean',
  liveavg: 'mean',
};
