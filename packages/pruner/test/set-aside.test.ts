import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { createAggregator } from '@promshard/aggregator';
import { encodeShard } from '@promshard/shard-format';
import { loadNative } from '@promshard/native';
import { describe, expect, test } from 'vitest';

import { openPruneDirectory, type PruneDirectory } from '../src/prune-directory.js';
import { prune } from '../src/prune.js';
import { faultyDirectory, type Fault } from './faulty-directory.js';
import { addonIsAbsent } from './processes.js';
import { namesIn, samples, scratchDirectory } from './scratch.js';

/** More than a run has; a loop that gets there has found no end. */
const MOST_STEPS = 500;

/** Puts a shard as Python leaves it: by PID, without a record. */
function putForeign(dir: string, id: string, jobs: number): void {
  const key = { family: 'jobs', sample: 'jobs_total', labels: {}, help: 'Help.' };
  writeFileSync(join(dir, `counter_${id}.db`), encodeShard([{ key, value: jobs }]));
  const level = { family: 'level', sample: 'level', labels: {}, help: 'Help.' };
  writeFileSync(join(dir, `gauge_max_${id}.db`), encodeShard([{ key: level, value: jobs }]));
}

const fold = (dir: string, directory?: PruneDirectory) => prune({ dir, directory, foreignWriters: 'fold' });

describe.skipIf(addonIsAbsent || process.platform !== 'linux')(
  'giving dead shards of Python another name (skipped where the addon is not compiled; Linux only)',
  () => {
    test.each<Fault>(['refused', 'done-but-failed', 'ended'])(
      'loses and doubles nothing, whichever step is %s',
      { timeout: 120_000 },
      async (fault) => {
        let step = 0;
        let isHit = true;
        while (isHit && step < MOST_STEPS) {
          step++;
          const dir = scratchDirectory();
          await fold(dir);
          putForeign(dir, '77', 7);
          putForeign(dir, 'web_1', 100);
          const faulty = faultyDirectory(openPruneDirectory(dir, loadNative().addon), step, fault);
          await fold(dir, faulty.directory);
          isHit = faulty.steps() >= step;
          expect(await samples(dir), `step ${step}`).toMatchObject({ jobs_total: 107, level: 100 });
          // A name that comes again meanwhile is a shard of its own.
          if (!namesIn(dir).includes('counter_77.db')) putForeign(dir, '77', 0.5);
          const before = (await samples(dir))['jobs_total'];
          expect(await fold(dir), `step ${step}`).toMatchObject({ kind: 'done', left: [] });
          expect(namesIn(dir).filter((name) => !name.includes('folded'))).toEqual([]);
          expect((await samples(dir))['jobs_total'], `step ${step}`).toBe(before);
        }
        expect(step).toBeGreaterThan(40);
        expect(step).toBeLessThan(MOST_STEPS);
      },
    );

    test('is never seen by halves', async () => {
      const dir = scratchDirectory();
      await fold(dir);
      const aggregator = createAggregator({ dir });
      let total = 0;
      let isOver = false;
      const seen: number[] = [];
      const reading = (async () => {
        while (!isOver) {
          const least = total;
          const { families } = await aggregator.collect();
          const sum = families.find(({ name }) => name === 'jobs')?.samples[0]?.value ?? 0;
          if (sum < least || sum > total) seen.push(sum);
        }
      })();
      for (let round = 1; round <= 40; round++) {
        total += round;
        putForeign(dir, String(round % 3), round);
        expect(await fold(dir)).toMatchObject({ kind: 'done', left: [] });
      }
      isOver = true;
      await reading;
      expect(seen).toEqual([]);
    });
  },
);
