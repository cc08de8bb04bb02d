import { test } from 'vitest';
import { runFuzz } from './run-fuzz.js';
import seeds from './seeds.json' with { type: 'json' };

const EACH = 1_000_000 / seeds.million.length;

test.each(seeds.million)(
  'mutated shards of seed %d, a million of all seeds, fail no snapshot, and every good shard is served',
  { timeout: 600_000 },
  async (seed) => {
    await runFuzz(seed, EACH);
  },
);
