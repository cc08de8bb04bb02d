import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';

import type { DelayRun } from './delay-window.js';

/** Records how long a timer of the event loop takes from one time to the next. */
export interface DelayMonitor {
  /** What was recorded since the last call, ascending. */
  take(): readonly DelayRun[];
}

/**
 * Starts to record, on a timer that does not keep the process alive. Node.js's `monitorEventLoopDelay` would do it without
 * JavaScript, but forgets with each `reset()` when its timer ran last: a delay that a sample falls into is lost.
 *
 * @param resolutionMs - How often the timer is due: every delay recorded has this in it.
 * @returns undefined where the run-time has no such histograms (Bun).
 */
export function startDelayMonitor(resolutionMs: number): DelayMonitor | undefined {
  let histogram: RecordableHistogram;
  try {
    histogram = createHistogram();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_NOT_IMPLEMENTED') return undefined;
    throw error;
  }
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    histogram.record(Math.max(1, Math.round((now - last) * 1e6)));
    last = now;
  }, resolutionMs);
  timer.unref();
  return {
    take() {
      const runs = runsOf(histogram);
      histogram.reset();
      return runs;
    },
  };
}

/**
 * Everything that is in a histogram. It tells the value of a rank only (`percentile`), and most ranks have the same
 * few values: so a range of ranks is halved until both of its ends are equal.
 */
export function runsOf(histogram: Pick<RecordableHistogram, 'count' | 'percentile'>): DelayRun[] {
  const { count } = histogram;
  const runs: { seconds: number; count: number }[] = [];
  if (count === 0) return runs;
  const valueAt = (rank: number): number => histogram.percentile((100 * rank) / count) / 1e9;
  const visit = (first: number, last: number, low: number, high: number): void => {
    if (low === high) {
      const before = runs.at(-1);
      if (before?.seconds === low) before.count += last - first + 1;
      else runs.push({ seconds: low, count: last - first + 1 });
      return;
    }
    const middle = Math.floor((first + last) / 2);
    visit(first, middle, low, valueAt(middle));
    visit(middle + 1, last, valueAt(middle + 1), high);
  };
  visit(1, count, valueAt(1), valueAt(count));
  return runs;
}
