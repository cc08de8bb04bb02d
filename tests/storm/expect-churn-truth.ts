import { expect } from 'vitest';

import type { ChurnResult } from './churn.js';

/** What must hold after any churn. @param workers - How many were asked for. */
export function expectChurnTruth(result: ChurnResult, workers: number, mostFiles: number): void {
  expect(result.workers).toBeGreaterThanOrEqual(workers);
  expect(result.falls).toEqual([]);
  expect(result.exporterErrors).toBe('');
  expect(result.prunerErrors).toBe('');
  expect(result.done).toBeGreaterThan(0);
  // A process that was killed by another may have been in the middle of one count.
  expect(result.begun - result.done).toBeLessThanOrEqual(result.cutOff);
  for (const exported of [result.counted, result.observed]) {
    expect(exported).toBeGreaterThanOrEqual(result.done);
    expect(exported).toBeLessThanOrEqual(result.begun);
  }
  expect(result.mostFiles).toBeLessThanOrEqual(mostFiles);
  // Everybody is dead and folded: three kinds, the pointer and its spare copy, the pruner's lock.
  expect(result.filesLeft.map((name) => name.replace(/[0-9]+/, 'N')).toSorted()).toEqual([
    'counter_folded-N.db',
    'folded-N.json',
    'folded.json',
    'gauge_mostrecent_folded-N.db',
    'histogram_folded-N.db',
    'pruner-N.lock',
  ]);
}
