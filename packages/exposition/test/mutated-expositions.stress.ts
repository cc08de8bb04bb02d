import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { expect, test } from 'vitest';
import { judge } from './expect-judged.js';
import { corpus, mutate, seededNumbers } from './mutate.js';

const MUTATIONS = 1_000_000;
const SEED = 20_261_122;

/** What a million documents may leave behind, and what the process may grow to meanwhile. */
const MAX_KEPT_BYTES = 16 * 1024 * 1024;
const MAX_RESIDENT_BYTES = 1024 * 1024 * 1024;

test('a million mutated expositions are taken, or refused with a line and a column, and leave nothing behind', () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const documents = corpus();
  const below = seededNumbers(SEED);
  const judged = { taken: 0, refused: 0 };
  let before = 0;
  let resident = 0;
  let slowestMs = 0;
  for (let i = 0; i < MUTATIONS; i++) {
    // Once what the engine compiles has been compiled.
    if (i === MUTATIONS / 10) {
      collectGarbage();
      before = process.memoryUsage().heapUsed;
    }
    if (i % 10_000 === 0) resident = Math.max(resident, process.memoryUsage.rss());
    const document = mutate(documents, below);
    const began = performance.now();
    judged[judge(document)]++;
    slowestMs = Math.max(slowestMs, performance.now() - began);
  }
  collectGarbage();
  const kept = process.memoryUsage().heapUsed - before;
  console.log({ ...judged, kept, resident, slowestMs });
  expect(judged.taken + judged.refused).toBe(MUTATIONS);
  expect(kept).toBeLessThan(MAX_KEPT_BYTES);
  expect(resident).toBeLessThan(MAX_RESIDENT_BYTES);
});
