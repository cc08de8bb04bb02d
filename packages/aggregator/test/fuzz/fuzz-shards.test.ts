import { expect, test } from 'vitest';
import { CORPUS } from './corpus.js';
import { runFuzz } from './run-fuzz.js';
import seeds from './seeds.json' with { type: 'json' };

test('the corpus itself is good', async () => {
  const { decodeShard } = await import('@promshard/shard-format');
  for (const { bytes } of CORPUS) expect(decodeShard(bytes).problems).toEqual([]);
});

test.each([...seeds.quick, ...seeds.regressions])(
  'a thousand mutated shards of seed %d fail no snapshot, and every good shard is served',
  { timeout: 120_000 },
  async (seed) => {
    await runFuzz(seed, 1000);
  },
);
