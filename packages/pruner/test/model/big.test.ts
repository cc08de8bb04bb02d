import { test } from 'vitest';
import { exploreAll } from './explore-all.js';
test('x', { timeout: 3600000 }, async () => {
  const { violations, ...sum } = await exploreAll(7_000_000, 150_000);
  console.log(JSON.stringify(sum), violations.slice(0, 20));
});
