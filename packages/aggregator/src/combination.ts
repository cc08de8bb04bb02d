import type { GaugeMode, ShardKind, StateSetMode } from '@promshard/shard-format';
import type { Combination } from './slot-table.js';

/**
 * How the values of a kind of shard combine. Whether a writer lives is not asked here: the gauges of dead ones go
 * when the pruner folds.
 */
export function combinationOf(shard: ShardKind): Combination {
  switch (shard.kind) {
    case 'counter':
    case 'histogram':
    case 'summary':
    case 'sketch':
      return 'sum';
    case 'gauge':
      return GAUGE_COMBINATIONS[shard.mode];
    case 'stateset':
      return STATE_SET_COMBINATIONS[shard.mode];
    // All values are 1: equal infos of several writers are one.
    case 'info':
      return 'max';
    // Never added up; see ExemplarReader.
    case 'exemplars':
      return 'last';
  }
}

/** Says whether each writer's gauge or state set is a series of its own, told apart by a `pid` label. */
export function isPerWriter(shard: ShardKind): boolean {
  return (shard.kind === 'gauge' || shard.kind === 'stateset') && combinationOf(shard) === 'last';
}

const STATE_SET_COMBINATIONS: Readonly<Record<StateSetMode, Combination>> = {
  liveall: 'last',
  livemax: 'max',
  livemin: 'min',
  livemostrecent: 'latest',
};

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
