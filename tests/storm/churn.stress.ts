import { expect, test } from 'vitest';

import { hasNative } from '../support/tools.js';
import { runChurn } from './churn.js';
import { expectChurnTruth } from './expect-churn-truth.js';

/** All files that the workers make are thrice as many as they are, and more; so many may be there at once. */
const MOST_FILES = 1500;

test.skipIf(!hasNative())(
  'five thousand short-lived workers, under a pruner killed every two seconds, are counted to the last and leave six files (skipped where the addon is not built)',
  async () => {
    const result = await runChurn({
      workers: 5000,
      processes: 2,
      atATime: 5,
      workersPerProcess: 100,
      seed: 5,
      prunerLivesMs: 2000,
    });
    console.log(JSON.stringify(result));
    expectChurnTruth(result, 5000, MOST_FILES);
    expect(result.prunerKills).toBeGreaterThan(10);
  },
);
