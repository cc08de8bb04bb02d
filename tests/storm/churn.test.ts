import { expect, test } from 'vitest';

import { hasNative } from '../support/tools.js';
import { runChurn } from './churn.js';
import { expectChurnTruth } from './expect-churn-truth.js';

test.skipIf(!hasNative())(
  'sixty short-lived processes, under a pruner that is killed now and then, are counted to the last (skipped where the addon is not built)',
  { timeout: 120_000 },
  async () => {
    const result = await runChurn({
      workers: 60,
      atATime: 6,
      outliving: 2,
      seed: 1,
      prunerLivesMs: 500,
      isTimed: false,
    });
    expectChurnTruth(result, 62, 300);
    expect(result.killed).toBeGreaterThan(20);
    expect(result.prunerKills).toBeGreaterThan(0);
  },
);
