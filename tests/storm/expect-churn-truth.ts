import { expect } from 'vitest';

import type { ChurnResult } from './churn.js';

/** What must hold after any churn. @param workers - How many were asked for. */
export function expectChurnTruth(result: ChurnResult, workers: number, mostFiles: number): void {
  expect(result.workers).toBeGreaterThanOrEqual(workers);
  expect(result.falls).toEqual([]);
  expect(result.exporterErrors).toBe('');
  expect(result.prunerErrors).toBe('');
  expect(result.done).toBeGreaterThan(0);
  // A process that was killed may have been in the middle of one count.
  expect(result.begun - result.done).toBeLessThanOrEqual(result.processKills);
  for (const exported of [result.counted, result.observed]) {
    expect(exported).toBeGreaterThanOrEqual(result.done);
    expect(exported).toBeLessThanOrEqual(result.begun);
  }
  expect(result.mostFiles).toBeLessThanOrEqual(mostFiles);
  // A worker that was killed before its owner record had its name is given a minute to come back; the empty file by
  // which it tried whether it can map one stays, if that was the moment: the pruner does not know whose it is.
  const [unborn, left] = [true, false].map((isUnborn) =>
    result.filesLeft.filter((name) => /\.(?:owner|probe)\.tmp$/.test(name) === isUnborn),
  );
  expect(unborn?.length).toBeLessThanOrEqual(result.processKills);
  // Everybody else is dead and folded: three kinds, the pointer and its spare copy, the pruner's lock.
  expect(left?.map((name) => name.replace(/[0-9]+/, 'N'))).toEqual([
    'counter_folded-N.db',
    'folded-N.json',
    'folded.json',
    'gauge_mostrecent_folded-N.db',
    'histogram_folded-N.db',
    'pruner-N.lock',
  ]);
}
