import { expect, test } from 'vitest';

import { exploreAll } from './explore-all.js';

test('thirty thousand schedules of writers, pruners and readers lose, double and lower nothing', async () => {
  const { violations, ...sum } = await exploreAll(1_000_000, 30_000);
  console.log(JSON.stringify({ schedules: 30_000, ...sum }));
  expect(violations).toEqual([]);
});
