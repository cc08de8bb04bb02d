import { expect, test } from 'vitest';

import { hasNative } from '../support/tools.js';
import { expectTruth } from './expect-truth.js';
import { runStorm } from './storm.js';

test.skipIf(!hasNative())(
  'four workers killed 20 times lose nothing and never fall (skipped where the addon is not built)',
  async () => {
    const result = await runStorm({ workers: 4, kills: 20, seed: 1, maxPauseMs: 200 });
    expect(result.lives).toBe(24);
    expectTruth(result);
  },
);
