// Warm scrapes of directories, in turns: what the machine does meanwhile is done to all of them.
import { createAggregator } from '@promshard/aggregator';

import { median, QUICK } from './report.js';

/** After so long, five rounds are enough. */
const MOST_MS = 5000;

/** The middle time of a warm scrape of each directory, in milliseconds. */
export async function scrapeInTurns(...dirs) {
  const candidates = dirs.map((dir) => ({ aggregator: createAggregator({ dir }), times: [] }));
  for (const { aggregator } of candidates) await aggregator.collect();
  const started = performance.now();
  for (let round = 0; round < (QUICK ? 2 : 101); round++) {
    if (round > 4 && performance.now() - started > MOST_MS) break;
    for (const { aggregator, times } of candidates) {
      const began = performance.now();
      await aggregator.collect();
      times.push(performance.now() - began);
    }
  }
  return candidates.map(({ times }) => median(times));
}
