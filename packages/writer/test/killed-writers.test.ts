import { expect, test, vi } from 'vitest';

import { killWriters } from './killed-writers.js';
import { backends } from './tools.js';

vi.setConfig({ testTimeout: 120_000 });

test.each(backends)(
  'writers killed at any step leave shards that decode and hold what they acknowledged, on the %s backend',
  async (backend) => {
    const { kills, faults, acknowledged } = await killWriters({ backend, atSteps: 14, atTimes: 4 });
    expect(faults).toEqual([]);
    expect(kills).toBe(18);
    expect(acknowledged).toBeGreaterThan(100);
  },
);
