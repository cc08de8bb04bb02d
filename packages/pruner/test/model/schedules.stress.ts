import { expect, test } from 'vitest';

import { exploreAll } from './explore-all.js';

test('twenty thousand schedules of writers, pruners and readers lose, double and lower nothing', async () => {
  const { violations, ...sum } = await exploreAll(1_000_000, 20_000);
  console.log(JSON.stringify({ schedules: 20_000, ...sum }));
  expect(violations).toEqual([]);
});
