const DEFAULT_SECONDS = 10;
const MAX_SECONDS = 120;
/** Prometheus drops an answer that comes at its deadline: leave time for the bytes to travel. */
const MARGIN_SECONDS = 0.25;

/**
 * How long a scrape may take, in milliseconds, from the `X-Prometheus-Scrape-Timeout-Seconds` header that Prometheus
 * sends; 10 seconds, its default, where there is none or it makes no sense.
 */
export function scrapeDeadlineMs(header: string | string[] | undefined): number {
  const seconds = typeof header === 'string' && /^\d{1,6}(\.\d+)?$/.test(header) ? Number(header) : 0;
  const allowed = seconds > 0 ? Math.min(seconds, MAX_SECONDS) : DEFAULT_SECONDS;
  return 1000 * Math.max(allowed - MARGIN_SECONDS, allowed / 2);
}
