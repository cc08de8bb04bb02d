import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { createAggregator, type MetricFamily } from '@promshard/aggregator';
import { prune, type FoldLimits } from '@promshard/pruner';
import { GAUGE_MODES } from '@promshard/shard-format';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { hasNative } from '../support/tools.js';
import { expectSameFamilies } from './expect-same-families.js';
import { numberedDirectories, type NumberedDirectories } from './numbered-directories.js';
import { programs } from './operations.js';
import { writeOurs } from './our-client.js';
import { fromPython, hasPython, startPython, type PythonPeer } from './python-client.js';

const isHere = hasPython('newest') && hasNative();
const without = isHere
  ? ''
  : ' (skipped where Python with prometheus_client >= 0.17, or the addon, is not here)';

const MODES = GAUGE_MODES.filter((mode) => !mode.endsWith('avg'));

/** Every fold leaves a layer of its own, but where it comes to as much as the one below. */
const LAYERS: FoldLimits = {
  batch: { writers: 2, bytes: 1 << 20 },
  layers: { floorBytes: 0, ratio: 1, ceilingBytes: 1 << 20 },
  forgetAtLeast: 1,
};

describe.skipIf(!isHere)(`what is folded, Python's collector reads as our aggregator does${without}`, () => {
  let python: PythonPeer;
  let directories: NumberedDirectories;
  beforeAll(() => {
    python = startPython('newest');
    directories = numberedDirectories();
  });
  afterAll(async () => {
    await python.stop();
    directories.remove();
  });

  test('after each of several folds, whatever was written', { timeout: 120_000 }, async () => {
    const all = programs({ modes: MODES, maxBound: Infinity, specialAmounts: false });
    await fc.assert(
      fc.asyncProperty(all, (written) =>
        directories.withDirectory(async (dir) => {
          const stores = written.map((program) => writeOurs(dir, program, 'pwrite'));
          const before = await sums(dir);
          // One writer after another dies, and one lives to the end.
          for (const store of stores.slice(1)) {
            store.close();
            expect(await prune({ dir, foldLimits: LAYERS })).toMatchObject({ kind: 'done', left: [] });
            await expectSameFamilies(python, dir);
          }
          expect(await sums(dir)).toEqual(before);
          stores[0]?.close();
        }),
      ),
      { seed: 1, numRuns: 40 },
    );
  });

  test('and between the commit of a fold and its deletions counts twice, no more, what was folded', async () => {
    await directories.withDirectory(async (dir) => {
      const operation = { metric: 0, labels: [], method: 'inc', now: 1 } as const;
      const metrics = [{ name: 'jobs', help: 'Jobs.', labelNames: [], type: 'counter' }] as const;
      const write = (value: number) =>
        writeOurs(dir, { metrics, operations: [{ ...operation, value }] }, 'pwrite');
      const [folded, dying, living] = [write(100), write(10), write(1)];
      folded.close();
      await prune({ dir, foldLimits: LAYERS });
      dying.close();
      // What a run that is killed just before it deletes leaves behind.
      const dead = new Map(
        readdirSync(dir)
          .filter((name) => name.startsWith(`counter_${dying.shardId}`))
          .map((name) => [name, readFileSync(join(dir, name))]),
      );
      // The 100 lie in a layer that this fold has nothing to do with.
      const layers = { ...LAYERS.layers, ratio: 1e6 };
      const aside: FoldLimits = { ...LAYERS, layers, forgetAtLeast: Infinity };
      await prune({ dir, foldLimits: aside });
      for (const [name, bytes] of dead) writeFileSync(join(dir, name), bytes);
      const families = await python.collect(dir);
      const samples = families.find(([name]) => name === 'jobs')?.[3] ?? [];
      expect(samples.map(([, , value]) => fromPython(value))).toEqual([121]);
      expect((await sums(dir)).find(({ name }) => name === 'jobs')?.samples[0]?.value).toBe(111);
      await prune({ dir });
      await expectSameFamilies(python, dir);
      living.close();
    });
  });
});

/** The families whose values outlive every writer. */
async function sums(dir: string): Promise<readonly MetricFamily[]> {
  const { families } = await createAggregator({ dir }).collect();
  const lasting = families.filter(({ name, type }) => type !== 'gauge' && !name.startsWith('multiproc_'));
  return lasting.map((family) => ({
    ...family,
    samples: family.samples.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
  }));
}
