import { expect, test } from 'vitest';

import { explore } from './explore.js';
import { exploreAll } from './explore-all.js';
import { SABOTAGES } from './sabotage.js';

test(
  'a thousand schedules of writers, pruners and readers lose, double and lower nothing',
  { timeout: 120_000 },
  async () => {
    const sum = await exploreAll(1, 1000);
    expect(sum.violations).toEqual([]);
    // What befell them did happen, or the schedules would prove nothing.
    for (const name of ['readings', 'kills', 'powerFailures', 'damages', 'troubles'] as const) {
      expect(sum[name], name).toBeGreaterThan(100);
    }
  },
);

/** Each is found within a hundred schedules or so; most within ten. */
const MOST_SCHEDULES = 1000;

/** What matters: a count that is wrong, or that nobody can read any more. Mere leftovers do not. */
const IS_GRAVE = /fell to|rose to|nothing can be read/;

test.each(Object.keys(SABOTAGES))(
  'a pruner that does it wrong is found out: %s',
  { timeout: 60_000 },
  async (name) => {
    const sabotage = SABOTAGES[name];
    for (let seed = 1; seed <= MOST_SCHEDULES; seed++) {
      const { violations } = await explore(seed, sabotage);
      if (violations.some((what) => IS_GRAVE.test(what))) return;
    }
    expect.fail(`${MOST_SCHEDULES} schedules found nothing.`);
  },
);
