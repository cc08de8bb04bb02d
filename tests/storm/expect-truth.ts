import { expect } from 'vitest';

import type { StormResult } from './storm.js';

/** What must hold after any storm, whatever was killed and when. */
export function expectTruth(result: StormResult): void {
  expect(result.falls).toEqual([]);
  expect(result.exporterErrors).toBe('');
  expect(result.prunerErrors).toEqual([]);
  for (const { acknowledged, exported } of [result.counted, result.observed]) {
    expect(acknowledged).toBeGreaterThan(0);
    // Each life may have been cut between its count and its acknowledgement.
    expect(exported).toBeGreaterThanOrEqual(acknowledged);
    expect(exported).toBeLessThanOrEqual(acknowledged + result.lives);
  }
  // Everybody is dead and folded: one file a kind, the pointer, and the pruner's lock.
  expect(result.filesLeft).toBeLessThanOrEqual(8);
}
