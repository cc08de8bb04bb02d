import { createAggregator, type AggregatorOptions } from '@promshard/aggregator';
import type { LeftOut } from '@promshard/exposition';

import { createScrapeDesk, type ScrapeDesk } from './answer-scrape.js';
import { createProblemLog } from './problem-log.js';
import { createScraper } from './scraper.js';
import { VERSION } from './version.js';

/** What a desk is opened over. */
export interface DeskOptions {
  readonly aggregator: AggregatorOptions;
  /** How many scrapes may be under way at once. */
  readonly maxInFlight: number;
  /** Takes one line on each new problem in the directory, and on what cannot be exposed. */
  readonly log: (line: string) => void;
}

/** Opens the desk of a directory: reading, rendering and the log of what is wrong there. Reads nothing yet. */
export function openDesk({ aggregator, maxInFlight, log }: DeskOptions): ScrapeDesk {
  const logProblems = createProblemLog(log);
  const scraper = createScraper({
    aggregator: createAggregator(aggregator),
    version: VERSION,
    onSnapshot: (snapshot) => logProblems(snapshot.problems),
  });
  return createScrapeDesk(scraper, maxInFlight, createLeftOutLog(log));
}

/** Lines that are remembered, so as not to be logged again. */
const MAX_REMEMBERED = 1000;

/** Tells once of each family and reason: what escaping makes equal comes back with every scrape. */
function createLeftOutLog(log: (line: string) => void): (leftOut: LeftOut) => void {
  const told = new Set<string>();
  return ({ code, message }) => {
    if (told.has(message) || told.size >= MAX_REMEMBERED) return;
    told.add(message);
    log(`left out ${code}: ${message}`);
  };
}
