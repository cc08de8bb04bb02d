import { expect, test } from 'vitest';

import { killWriters } from './killed-writers.js';
import { hasAddon } from './tools.js';

test.skipIf(!hasAddon)(
  '1,000 writers killed on the mmap backend leave shards that decode and hold what they acknowledged (skipped without the addon)',
  async () => {
    const killed = await killWriters({ backend: 'mmap', atSteps: 700, atTimes: 300 });
    console.log(JSON.stringify({ ...killed, faults: killed.faults.slice(0, 20) }));
    expect(killed.faults).toEqual([]);
    expect(killed.kills).toBe(1000);
    // Entries have these points: what a family's have in common, the labels in the first, and in the others.
    expect(killed.byKind).toMatchObject(
      Object.fromEntries(
        [
          'after native.allocate',
          'before a copy',
          'after a copy',
          'before a text',
          'after a text',
          'after labels',
          'before bytes in use',
          'after bytes in use',
          'before an increment',
          'after an increment',
        ].map((kind) => [kind, expect.any(Number)]),
      ),
    );
  },
);

test('200 writers killed on the pwrite backend leave shards that decode and hold what they had brought there', async () => {
  const killed = await killWriters({ backend: 'pwrite', atSteps: 150, atTimes: 50 });
  console.log(JSON.stringify({ ...killed, faults: killed.faults.slice(0, 20) }));
  expect(killed.faults).toEqual([]);
  expect(killed.kills).toBe(200);
});
