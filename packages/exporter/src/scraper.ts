import type { Snapshot } from '@promshard/aggregator';

import { type ProcessUse, readProcessUse } from './process-metrics.js';
import { selfFamilies, withSelf, type ExposedFamilies } from './self-metrics.js';

/** Makes one scrape at a time out of however many are asked for. */
export interface Scraper {
  /** Joins the scrape under way, or starts one. */
  scrape(): Promise<ExposedFamilies>;
}

/** What a scraper reads from, and whom it tells. */
export interface ScraperOptions {
  readonly aggregator: { collect(): Promise<Snapshot> };
  readonly version: string;
  /** Told of each snapshot, before it is served. */
  readonly onSnapshot?: (snapshot: Snapshot) => void;
  /** Milliseconds of a clock that never goes back. */
  readonly monotonicNow?: () => number;
  /** Looks at this process; the real one by default. */
  readonly processUse?: () => ProcessUse;
}

/**
 * Scrapes that overlap share one reading of the directory, so that clients which pile up cost no more than one. A
 * joined scrape may be as old as the reading under way.
 */
export function createScraper({
  aggregator,
  version,
  onSnapshot,
  monotonicNow = () => performance.now(),
  processUse = readProcessUse,
}: ScraperOptions): Scraper {
  let underWay: Promise<ExposedFamilies> | undefined;

  async function collect(): Promise<ExposedFamilies> {
    const start = monotonicNow();
    const snapshot = await aggregator.collect();
    onSnapshot?.(snapshot);
    const durationSeconds = (monotonicNow() - start) / 1000;
    return withSelf(
      snapshot.families,
      selfFamilies(snapshot, { durationSeconds, version, process: processUse() }),
    );
  }

  return {
    scrape() {
      underWay ??= collect().finally(() => {
        underWay = undefined;
      });
      return underWay;
    },
  };
}
