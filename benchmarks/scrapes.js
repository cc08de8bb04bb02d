// Warm scrapes of directories, in turns: what the machine does meanwhile is done to all of them.
import { createAggregator } from '@promshard/aggregator';

import { median, QUICK } from './report.js';

/** The middle time of a warm scrape of each directory, in milliseconds. */
export async function scrapeInTurns(...dirs) {
  const candidates = dirs.map((dir) => ({ aggregator: createAggregator({ dir }), times: [] }));
  for (const { aggregator } of candidates) await aggregator.collect();
  for (let round = 0; round < (QUICK ? 2 : 41); round++) {
    for (const { aggregator, times } of candidates) {
      const began = performance.now();
      await aggregator.collect();
      times.push(performance.now() - began);
    }
  }
  return candidates.map(({ times }) => median(times));
}
