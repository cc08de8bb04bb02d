import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { createAggregator } from '@promshard/aggregator';

import { startExporterProcess } from '../support/exporter-process.js';

/** How long a scrape takes: the middle of many, in milliseconds. */
export interface ScrapeTimes {
  readonly exporter: number;
  readonly aggregator: number;
}

const ROUNDS = 301;

const REST_MS = 1500;

/** Puts what one sort of writers has into a directory of its own. */
export function copyFilesOf(pids: readonly number[], from: string, to: string): void {
  mkdirSync(to);
  for (const name of readdirSync(from)) {
    if (pids.some((pid) => new RegExp(`(?:^|_)${pid}-[0-9a-f]{16}\\.`).test(name))) {
      copyFileSync(join(from, name), join(to, name));
    }
  }
}

/**
 * Scrapes directories in turns, so that whatever else the machine does befalls them all, and when each is at rest: for a
 * second after a change of its names, the aggregator lists a directory anew.
 */
export async function compareScrapes(dirs: readonly string[]): Promise<ScrapeTimes[]> {
  await sleep(REST_MS);
  const candidates = [];
  for (const dir of dirs) {
    const aggregator = createAggregator({ dir });
    const exporter = await startExporterProcess(dir);
    candidates.push({
      exporter: { scrape: () => exporter.scrape(), times: [] as number[] },
      aggregator: { scrape: () => aggregator.collect(), times: [] as number[] },
    });
  }
  for (const way of ['exporter', 'aggregator'] as const) {
    for (let round = -10; round < ROUNDS; round++) {
      for (const candidate of candidates) {
        const { scrape, times } = candidate[way];
        const began = performance.now();
        await scrape();
        if (round >= 0) times.push(performance.now() - began);
      }
    }
  }
  return candidates.map(({ exporter, aggregator }) => ({
    exporter: median(exporter.times),
    aggregator: median(aggregator.times),
  }));
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
}
