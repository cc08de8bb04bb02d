import { setTimeout as sleep } from 'node:timers/promises';

import { parseExposition } from '@promshard/exposition';

/** What a watch came to. */
export interface Watched {
  readonly scrapes: number;
  /** Samples that fell from one scrape to the next: name, labels, before, after. */
  readonly falls: readonly string[];
  /** The samples of the last scrape, by name and labels. */
  readonly last: ReadonlyMap<string, number>;
}

/**
 * Scrapes again and again, with a pause in between, and compares each counter and histogram with the scrape before.
 *
 * @param first - What an earlier watch saw last.
 */
export function watchSamples(
  pauseMs: number,
  scrape: () => Promise<string>,
  first: ReadonlyMap<string, number> = new Map(),
): { stop(): Promise<Watched> } {
  const falls: string[] = [];
  let last = first;
  let scrapes = 0;
  let stopped = false;

  async function compareOnce(): Promise<void> {
    const samples = counterSamples(await scrape());
    scrapes += 1;
    for (const [key, before] of last) {
      const after = samples.get(key) ?? 0;
      if (after < before) falls.push(`${key} fell from ${before} to ${after}`);
    }
    last = samples;
  }
  const loop = (async () => {
    while (!stopped) {
      await compareOnce();
      await sleep(pauseMs);
    }
  })();
  return {
    async stop() {
      stopped = true;
      await loop;
      await compareOnce();
      return { scrapes, falls, last };
    },
  };
}

function counterSamples(text: string): Map<string, number> {
  const samples = new Map<string, number>();
  for (const family of parseExposition(text).families) {
    if (family.type !== 'counter' && family.type !== 'histogram') continue;
    for (const { name, labels, value } of family.samples) {
      samples.set(`${name}{${labels.map((label) => label.join('=')).join()}}`, value);
    }
  }
  return samples;
}

/** Adds up some samples. */
export function sumOf(samples: ReadonlyMap<string, number>, accepts: (key: string) => boolean): number {
  return [...samples].filter(([key]) => accepts(key)).reduce((sum, [, value]) => sum + value, 0);
}
