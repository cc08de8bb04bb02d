import { encodeKey, type SeriesKey, type ShardKind } from '@promshard/shard-format';

import type { FoldEntry, FoldInput } from './fold-shards.js';

/** Where the counters lie. */
export const COUNTERS: ShardKind = { kind: 'counter' };

/** Where the gauge lies: of all generations, the latest counts. */
export const GAUGES: ShardKind = { kind: 'gauge', mode: 'mostrecent' };

const PRUNED_FILES: SeriesKey = {
  family: 'multiproc_pruned_files',
  sample: 'multiproc_pruned_files_total',
  labels: {},
  help: 'Shard files of dead writers that were folded or dropped.',
};

const OVERFLOWS: SeriesKey = {
  family: 'multiproc_dir_overflow',
  sample: 'multiproc_dir_overflow_total',
  labels: {},
  help: 'Runs of the pruner that found the directory above its limit of files or bytes.',
};

const ORPHAN_FILES: SeriesKey = {
  family: 'multiproc_orphan_files_detected',
  sample: 'multiproc_orphan_files_detected',
  labels: {},
  help: 'Shard files of dead writers that the latest run of the pruner found.',
};

/** The counters' part of a fold: what a run adds. Zeros make them exist. */
export function counterInput({
  prunedFiles,
  overflows,
}: {
  prunedFiles: number;
  overflows: number;
}): FoldInput {
  return {
    shard: COUNTERS,
    entries: [entry(PRUNED_FILES, prunedFiles, 0), entry(OVERFLOWS, overflows, 0)],
  };
}

/**
 * The gauge's part of a fold.
 *
 * @param timestamp - Unix seconds; the gauge wins over every earlier one by it.
 */
export function gaugeInput({
  orphanFiles,
  timestamp,
}: {
  orphanFiles: number;
  timestamp: number;
}): FoldInput {
  return { shard: GAUGES, entries: [entry(ORPHAN_FILES, orphanFiles, timestamp)] };
}

/** Finds the gauge among the entries of the generation's `mostrecent` shard. */
export function findOrphanGauge(
  entries: readonly FoldEntry[],
): { readonly value: number; readonly timestamp: number } | undefined {
  return entries.find(({ keyText }) => keyText === ORPHAN_KEY_TEXT);
}

const ORPHAN_KEY_TEXT = encodeKey(ORPHAN_FILES);

function entry(key: SeriesKey, value: number, timestamp: number): FoldEntry {
  return { key, keyText: encodeKey(key), value, timestamp };
}
