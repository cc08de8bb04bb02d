import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { foldSpareName, parseFoldPointer } from '@promshard/shard-format';
import { describe, expect, test } from 'vitest';

import { FOLD_LIMITS, type FoldLimits } from '../src/fold-dead.js';
import { openPruneDirectory } from '../src/prune-directory.js';
import { prune } from '../src/prune.js';
import { faultyDirectory, type Fault } from './faulty-directory.js';
import { machine, namesIn, putWriter, samples, scratchDirectory } from './scratch.js';

/** With every step that there is: names are forgotten however few they are. */
const foldLimits: FoldLimits = { ...FOLD_LIMITS, forgetAtLeast: 1 };

/** More than a run has; a loop that gets there has found no end. */
const MOST_STEPS = 500;

/** A directory with folded, dead and living values; one generation of zeros less where `fresh`. */
async function prepare(fresh: boolean): Promise<string> {
  const dir = scratchDirectory();
  if (!fresh) {
    putWriter(dir, 11, { counter: 100, gauges: { max: 3, sum: 10 } });
    await prune({ dir, host: machine(1), native: false });
  }
  putWriter(dir, 12, { counter: 20, gauges: { max: 4, liveall: 7 } });
  putWriter(dir, 13, { counter: 3, gauges: { max: 2, sum: 5, mostrecent: 6 } });
  putWriter(dir, 1, { counter: 1000, gauges: { max: 1, liveall: 8 } });
  return dir;
}

/** The values that no run may change. */
async function lasting(dir: string): Promise<Record<string, number>> {
  const all = Object.entries(await samples(dir));
  return Object.fromEntries(
    all.filter(([name]) => !name.startsWith('multiproc_') && !name.startsWith('level_liveall')),
  );
}

describe.each([true, false])('in a directory that was never pruned: %s', (fresh) => {
  test.each<Fault>(['refused', 'done-but-failed', 'ended'])(
    'a step that is %s loses and doubles nothing, whichever it is, and the next run mends it',
    { timeout: 60_000 },
    async (fault) => {
      const clean = await prepare(fresh);
      const expected = await lasting(clean);
      await prune({ dir: clean, host: machine(1), native: false });
      const after = await samples(clean);

      let step = 0;
      let isHit = true;
      while (isHit && step < MOST_STEPS) {
        step++;
        const dir = await prepare(fresh);
        const faulty = faultyDirectory(openPruneDirectory(dir, undefined), step, fault);
        // A PID of its own, which is gone when the next run looks.
        await prune({ dir, host: machine(2000, 1), native: false, foldLimits, directory: faulty.directory });
        isHit = faulty.steps() >= step;
        expect(await lasting(dir), `after step ${step}`).toEqual(expected);

        const report = await prune({ dir, host: machine(1), native: false });
        expect(report, `the run after step ${step}`).toMatchObject({ kind: 'done', left: [] });
        expect(await lasting(dir), `mended after step ${step}`).toEqual(expected);
        const mended = await samples(dir);
        expect(mended['multiproc_pruned_files_total']).toBe(after['multiproc_pruned_files_total']);
        expect(namesIn(dir).filter((name) => name.startsWith('.'))).toEqual([]);
        expect(namesIn(dir).filter((name) => name.includes('12-') || name.includes('13-'))).toEqual([]);
        const pointer = parseFoldPointer(readFileSync(join(dir, 'folded.json'), 'utf8'));
        const spare = foldSpareName(pointer?.generation ?? 0);
        expect(namesIn(dir).filter((name) => name.includes('folded-'))).toEqual(
          [...(pointer?.files ?? []), spare].toSorted(),
        );
      }
      expect(step).toBeGreaterThan(30);
      expect(step).toBeLessThan(MOST_STEPS);
    },
  );
});
