import { AggregatorError } from './aggregator-error.js';

/** How much one snapshot may take. What is above is left out by rule, the same in every snapshot, and is a problem. */
export interface ScrapeBudgets {
  /**
   * Shards that are read. Those that were read before stay; then folded shards come first, then the others by name.
   * Default 10,000.
   */
  readonly maxFiles?: number;
  /**
   * Bytes in use of all shards that are read. Each keeps the bytes that it had before; then folded shards come first,
   * then the others by name. A shard that grew past the budget is read as far as before. Default 512 MiB.
   */
  readonly maxBytes?: number;
  /**
   * Series that are served, each bucket of a histogram being one. Those that were there before stay. Of further ones,
   * counters, histograms and summaries are counted together in one label set of their family, whose values are all
   * `__overflow__`; gauges, and all of families that are new, are left out. Default 1,000,000.
   */
  readonly maxSeries?: number;
}

const DEFAULTS: Required<ScrapeBudgets> = {
  maxFiles: 10_000,
  maxBytes: 512 * 1024 * 1024,
  maxSeries: 1_000_000,
};

/**
 * Fills in the defaults.
 *
 * @throws AggregatorError where a budget is not 1 or more.
 */
export function scrapeBudgets(budgets: ScrapeBudgets = {}): Required<ScrapeBudgets> {
  const all = { ...DEFAULTS, ...budgets };
  for (const [name, budget] of Object.entries(all)) {
    if (!(budget >= 1)) throw new AggregatorError(`budgets.${name}`, '1 or more', budget);
  }
  return all;
}
