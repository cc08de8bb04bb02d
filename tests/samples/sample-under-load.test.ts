import { expect, test } from 'vitest';

import { hasNative } from '../support/tools.js';
import { sampleUnderLoad } from './sample-under-load.js';

test.each(hasNative() ? (['mmap', 'pwrite'] as const) : (['pwrite'] as const))(
  'while two threads and two processes write by %s, no sample is torn, from the future or at odds with itself',
  async (backend) => {
    const { samples, counted, faults } = await sampleUnderLoad(backend, 1500);

    expect(faults.slice(0, 20)).toEqual([]);
    expect(samples).toBeGreaterThan(5);
    expect(counted).toBeGreaterThan(1000);
  },
);
