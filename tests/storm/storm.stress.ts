import { expect, test } from 'vitest';

import { hasNative } from '../support/tools.js';
import { expectTruth } from './expect-truth.js';
import { runStorm } from './storm.js';

test.skipIf(!hasNative())(
  'twenty workers killed 200 times lose nothing and never fall (skipped where the addon is not built)',
  async () => {
    const result = await runStorm({ workers: 20, kills: 200, seed: 20, maxPauseMs: 400 });
    console.log(JSON.stringify(result));
    expect(result.lives).toBe(220);
    expectTruth(result);
  },
);
