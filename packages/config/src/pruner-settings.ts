import { z } from 'zod';

import { LONGEST_TIMER_MS } from './longest-timer.js';
import { integerSetting, type Setting, textSetting } from './setting.js';

/** What becomes of dead writers' shards that have no owner record, such as Python's. */
export type ForeignWritersChoice = 'keep' | 'fold';

export const intervalMs: Setting<number> = integerSetting(
  {
    variable: 'PROMSHARD_PRUNE_INTERVAL_MS',
    expected: `a whole number of milliseconds from 10 to ${LONGEST_TIMER_MS}`,
    example: '10000',
    description: 'Milliseconds from the end of one run of the pruner to the start of the next.',
  },
  { min: 10, max: LONGEST_TIMER_MS, fallback: 10_000 },
);

export const foreignWriters: Setting<ForeignWritersChoice> = textSetting<ForeignWritersChoice>(
  {
    variable: 'PROMSHARD_FOREIGN_WRITERS',
    expected: 'one of keep, fold',
    example: 'fold',
    description: 'Whether dead writers without an owner record, such as those of Python, are folded.',
  },
  z.enum(['keep', 'fold'], { error: 'is neither' }),
  'keep',
);
