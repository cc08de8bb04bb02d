import { encodeKey, type FoldNotes, type SeriesKey, type ShardKind } from '@promshard/shard-format';

import type { Delta } from './delta.js';

const COUNTERS: ShardKind = { kind: 'counter' };

/** Of all generations, the latest counts. */
const GAUGES: ShardKind = { kind: 'gauge', mode: 'mostrecent' };

const PRUNED_FILES = counterKey('pruned_files', 'Shard files of dead writers that were folded or dropped.');

const OVERFLOWS = counterKey(
  'dir_overflow',
  'Runs of the pruner that found the directory above its limit of files or bytes.',
);

const RETIRED_SERIES = counterKey(
  'retired_series',
  'Folded series that no writer had touched for longer than allowed, and that were given up.',
);

const ORPHAN_FILES = encodeKey({
  family: 'multiproc_orphan_files_detected',
  sample: 'multiproc_orphan_files_detected',
  labels: {},
  help: 'Shard files of dead writers that the latest run of the pruner found.',
});

/** What a generation counts about its own making. */
export interface OperationalCounts {
  readonly prunedFiles: number;
  readonly overflows: number;
  /** Shown from the first one on. */
  readonly retiredSeries: number;
}

/** Adds the counters; zeros make them exist. @param at - Unix seconds. */
export function addCounters(delta: Delta, counts: OperationalCounts, at: number): void {
  delta.add(COUNTERS, PRUNED_FILES, { value: counts.prunedFiles, timestamp: at });
  delta.add(COUNTERS, OVERFLOWS, { value: counts.overflows, timestamp: at });
  if (counts.retiredSeries === 0) return;
  delta.add(COUNTERS, RETIRED_SERIES, { value: counts.retiredSeries, timestamp: at });
}

/** Adds the gauge, as a generation's notes have it. */
export function addGauge(delta: Delta, { orphanFiles, orphansAt }: FoldNotes): void {
  delta.add(GAUGES, ORPHAN_FILES, { value: orphanFiles, timestamp: orphansAt });
}

/**
 * Notes of a generation that is made at `at` (unix seconds), with the gauge's value. Where that is a new one, a clock
 * that was set back must not let the old one win.
 */
export function noteOrphans(notes: FoldNotes | undefined, orphanFiles: number, at: number): FoldNotes {
  if (notes?.orphanFiles === orphanFiles) return { ...notes, madeAt: at };
  const orphansAt = Math.max(at, (notes?.orphansAt ?? 0) + 0.001);
  return { madeAt: at, orphanFiles, orphansAt, sweptAt: notes?.sweptAt ?? 0 };
}

function counterKey(name: string, help: string): string {
  const family = `multiproc_${name}`;
  const key: SeriesKey = { family, sample: `${family}_total`, labels: {}, help };
  return encodeKey(key);
}
