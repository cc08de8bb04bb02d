import { integerSetting, type Setting } from './setting.js';

export const maxScrapeFiles: Setting<number> = integerSetting(
  {
    variable: 'PROMSHARD_MAX_SCRAPE_FILES',
    expected: 'a whole number of shards from 1 to 1000000',
    example: '10000',
    description: 'Shards that one scrape reads at most; further ones are left out and reported.',
  },
  { min: 1, max: 1_000_000, fallback: 10_000 },
);

export const maxScrapeBytes: Setting<number> = integerSetting(
  {
    variable: 'PROMSHARD_MAX_SCRAPE_BYTES',
    expected: `a whole number of bytes from 4096 to ${Number.MAX_SAFE_INTEGER}`,
    example: '536870912',
    description: 'Bytes of shards that one scrape reads at most; what is above is left out and reported.',
  },
  { min: 4096, max: Number.MAX_SAFE_INTEGER, fallback: 536_870_912 },
);

export const maxScrapeSeries: Setting<number> = integerSetting(
  {
    variable: 'PROMSHARD_MAX_SCRAPE_SERIES',
    expected: 'a whole number of series from 1 to 100000000',
    example: '1000000',
    description:
      'Series that a scrape serves at most; further ones are counted together, or left out, and reported.',
  },
  { min: 1, max: 100_000_000, fallback: 1_000_000 },
);
