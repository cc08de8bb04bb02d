import type { LeftOut } from '@promshard/exposition';

import { type Answer, plainAnswer } from './answer.js';
import { scrapeDeadlineMs } from './deadline.js';
import { namedFamilies } from './named-families.js';
import { createScrapeRenderer, type ScrapeWishes } from './render-scrape.js';
import type { Scraper } from './scraper.js';

/** What of a request matters to a scrape, whatever server it came through. */
export interface ScrapeRequest extends ScrapeWishes {
  /** The `X-Prometheus-Scrape-Timeout-Seconds` header. */
  readonly timeoutSeconds: string | undefined;
}

/** Answers scrapes, so many at a time. */
export interface ScrapeDesk {
  /**
   * Resolves to the answer: 200, or 503 past the deadline or where too many are under way.
   * Rejects only with what the scraper or a renderer throws.
   */
  answer(request: ScrapeRequest): Promise<Answer>;
}

/**
 * Makes the part of the exporter that knows nothing of servers: reads through the scraper, renders, and holds to the
 * client's deadline.
 *
 * @param maxInFlight - How many scrapes may be under way at once; more get 503 at once. An answer that waits for its
 *   client to read it is not under way, though the later pieces of a large one are made then.
 * @param onLeftOut - Told of what would have made an answer invalid, each time that it is left out.
 */
export function createScrapeDesk(
  scraper: Scraper,
  maxInFlight: number,
  onLeftOut?: (leftOut: LeftOut) => void,
): ScrapeDesk {
  const render = createScrapeRenderer(onLeftOut);
  let inFlight = 0;

  async function scrape(request: ScrapeRequest): Promise<Answer> {
    const scraped = await withDeadline(scraper.scrape(), scrapeDeadlineMs(request.timeoutSeconds));
    if (scraped === undefined) return plainAnswer(503, 'scrape deadline exceeded');
    return { status: 200, ...(await render(namedFamilies(scraped, request.names), request)) };
  }

  return {
    async answer(request) {
      if (inFlight >= maxInFlight) return plainAnswer(503, 'too many scrapes in flight');
      inFlight += 1;
      try {
        return await scrape(request);
      } finally {
        inFlight -= 1;
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
