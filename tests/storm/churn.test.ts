import { expect, test } from 'vitest';

import { hasNative } from '../support/tools.js';
import { runChurn } from './churn.js';
import { expectChurnTruth } from './expect-churn-truth.js';

test.skipIf(!hasNative())(
  'two hundred short-lived workers, under a pruner that is killed now and then, are counted to the last (skipped where the addon is not built)',
  { timeout: 60_000 },
  async () => {
    const result = await runChurn({
      workers: 200,
      processes: 2,
      atATime: 5,
      workersPerProcess: 50,
      seed: 1,
      prunerLivesMs: 500,
    });
    expectChurnTruth(result, 200, 1000);
    expect(result.prunerKills).toBeGreaterThan(0);
  },
);
