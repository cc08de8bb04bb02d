import { expect, test } from 'vitest';

import { hasNative } from '../support/tools.js';
import { runChurn } from './churn.js';
import { expectChurnTruth } from './expect-churn-truth.js';

/** The workers make fifteen thousand files; so many may be there at once. */
const MOST_FILES = 500;

/** What a scrape may take when all is folded, as a share of what it takes beside the living alone. */
const MOST_RATIO = 1.2;

test.skipIf(!hasNative())(
  'five thousand short-lived processes, under a pruner killed every two seconds, are counted to the last and leave six files, and scrapes are as quick as ever (skipped where the addon is not built)',
  async () => {
    const result = await runChurn({
      workers: 5000,
      atATime: 8,
      outliving: 20,
      seed: 5,
      prunerLivesMs: 2000,
      isTimed: true,
    });
    console.log(JSON.stringify(result));
    expectChurnTruth(result, 5020, MOST_FILES);
    expect(result.killed).toBeGreaterThan(2000);
    expect(result.prunerKills).toBeGreaterThan(10);
    // Three files each, and the six of the fold.
    expect(result.filesOfLiving).toBe(66);
    for (const way of ['exporter', 'aggregator'] as const) {
      const { after, ofLiving } = result.scrape ?? expect.fail('nothing was timed');
      expect(after[way] / ofLiving[way], way).toBeLessThan(MOST_RATIO);
    }
  },
);
