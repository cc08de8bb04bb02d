import { createAggregator } from '@promshard/aggregator';
import { describe, expect, onTestFinished, test } from 'vitest';

import { prune } from '../src/prune.js';
import { thisHost } from '../src/host.js';
import { addonIsAbsent, fixture, runNode } from './processes.js';
import { putWriter, scratchDirectory } from './scratch.js';

/** Collects without a pause, and remembers each time that a counter fell. */
function startReader(dir: string): { stop: () => Promise<{ falls: string[]; collections: number }> } {
  const aggregator = createAggregator({ dir });
  const last = new Map<string, number>();
  const falls: string[] = [];
  let collections = 0;
  let isStopped = false;
  const reading = (async () => {
    while (!isStopped) {
      const { families } = await aggregator.collect();
      collections++;
      const seen = new Map(
        families.flatMap(({ samples }) => samples.map(({ name, value }) => [name, value] as const)),
      );
      for (const [name, value] of last) {
        if (name.endsWith('_total') && !((seen.get(name) ?? 0) >= value)) {
          falls.push(`${name} from ${value} to ${seen.get(name)}`);
        }
      }
      for (const [name, value] of seen) last.set(name, value);
      await new Promise(setImmediate);
    }
  })();
  onTestFinished(() => {
    isStopped = true;
    return reading;
  });
  return {
    stop: async () => {
      isStopped = true;
      await reading;
      return { falls, collections };
    },
  };
}

describe.each([
  ['locked', 1],
  ['unlocked', 3],
] as const)('a pruner whose lock is %s, killed at each step in turn by %i', (mode, stride) => {
  test.skipIf(mode === 'locked' && addonIsAbsent)(
    'lets no counter fall, and loses nothing (skipped where the addon is not compiled)',
    { timeout: 180_000 },
    async () => {
      const dir = scratchDirectory();
      const { bootId, pidNamespace } = thisHost();
      const reader = startReader(dir);
      let total = 0;
      let step = 0;
      let runs = 0;
      for (let isKilled = true; isKilled;) {
        step += stride;
        // More than any process has: a writer that is surely dead.
        putWriter(dir, 2 ** 30 + step, {
          counter: step,
          gauges: { max: step, all: 1 },
          record: { bootId, pidNamespace },
        });
        total += step;
        runs++;
        const ended = await runNode([fixture('killed-pruner'), dir, String(step), mode]);
        isKilled = ended.signal === 'SIGKILL';
        if (!isKilled) expect(JSON.parse(ended.stdout)).toMatchObject({ kind: 'done' });
        expect(await prune({ dir })).toMatchObject({ kind: 'done', left: [] });
      }
      const { families } = await createAggregator({ dir }).collect();
      const value = (name: string): number | undefined =>
        families.flatMap(({ samples }) => samples).find((sample) => sample.name === name)?.value;
      expect(value('jobs_total')).toBe(total);
      expect(value('level_max')).toBe(step);
      expect(value('multiproc_pruned_files_total')).toBe(3 * runs);
      const { falls, collections } = await reader.stop();
      expect(falls).toEqual([]);
      expect(collections).toBeGreaterThan(runs);
      expect(step).toBeGreaterThan(20);
    },
  );
});
