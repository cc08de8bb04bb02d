import type { LeftOut } from '@promshard/exposition';

import { type Answer, plainAnswer } from './answer.js';
import { scrapeDeadlineMs } from './deadline.js';
import { namedFamilies } from './named-families.js';
import { createPlaces } from './places.js';
import { createScrapeRenderer, type ScrapeWishes } from './render-scrape.js';
import type { Scraper } from './scraper.js';

/** How long a scrape may wait for its place. */
const MAX_WAIT_MS = 1000;

/** What of a request matters to a scrape, whatever server it came through. */
export interface ScrapeRequest extends ScrapeWishes {
  /** The `X-Prometheus-Scrape-Timeout-Seconds` header. */
  readonly timeoutSeconds: string | undefined;
}

/** Answers scrapes, so many at a time. */
export interface ScrapeDesk {
  /**
   * Resolves to the answer: 200, or 503 past the deadline or where too many are under way and wait.
   * Rejects only with what the scraper or a renderer throws.
   */
  answer(request: ScrapeRequest): Promise<Answer>;
}

/**
 * Makes the part of the exporter that knows nothing of servers: reads through the scraper, renders, and holds to the
 * client's deadline.
 *
 * @param maxInFlight - How many scrapes may be under way at once. Ten times as many wait for a second; more get 503. An
 *   answer that waits for its client to read it is not under way, though the later pieces of a large one are made then.
 * @param onLeftOut - Told of what would have made an answer invalid, each time that it is left out.
 */
export function createScrapeDesk(
  scraper: Scraper,
  maxInFlight: number,
  onLeftOut?: (leftOut: LeftOut) => void,
): ScrapeDesk {
  const render = createScrapeRenderer(onLeftOut);
  const places = createPlaces(maxInFlight);

  async function scrape(request: ScrapeRequest, ms: number): Promise<Answer> {
    const scraped = await withDeadline(scraper.scrape(), ms);
    if (scraped === undefined) return plainAnswer(503, 'scrape deadline exceeded');
    return { status: 200, ...(await render(namedFamilies(scraped, request.names), request)) };
  }

  return {
    async answer(request) {
      const deadline = scrapeDeadlineMs(request.timeoutSeconds);
      const start = performance.now();
      // Whoever has waited for half of its time would not be served in the other half either.
      const hasPlace = await places.take(Math.min(MAX_WAIT_MS, deadline / 2));
      if (!hasPlace) return plainAnswer(503, 'too many scrapes in flight');
      try {
        return await scrape(request, deadline - (performance.now() - start));
      } finally {
        places.giveBack();
      }
    },
  };
}

/** The promise's value, or undefined once `ms` have passed; the promise itself goes on. */
async function withDeadline<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ms, undefined);
  });
  try {
    return await Promise.race([promise, expired]);
  } finally {
    clearTimeout(timer);
  }
}
