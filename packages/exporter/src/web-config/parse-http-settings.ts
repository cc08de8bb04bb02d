import { validateHeaderValue } from 'node:http';

import { parseDuration } from './parse-duration.js';
import type { RateLimit } from './web-config.js';
import type { Fields } from './yaml-fields.js';

/** The headers that the toolkit lets be set, with the values that it accepts; any where there are none. */
const HEADERS: Readonly<Record<string, readonly string[]>> = {
  'Content-Security-Policy': [],
  'Strict-Transport-Security': [],
  'X-Content-Type-Options': ['nosniff'],
  'X-Frame-Options': ['deny', 'sameorigin'],
  'X-XSS-Protection': [],
};

const HEADER = {
  expected: `values of ${Object.keys(HEADERS).join(', ')} as the toolkit takes them`,
  example: 'X-Frame-Options: deny',
} as const;

/** Reads `http_server_config` and `rate_limit`. */
export function parseHttpSettings(top: Fields): {
  readonly headers: Readonly<Record<string, string>>;
  readonly rateLimit: RateLimit | undefined;
} {
  const http = top.child('http_server_config');
  if (http.flag('http2') === true) {
    http.fail(
      'http2',
      'cannot be offered: this exporter speaks HTTP/1.1',
      {
        expected: 'false, or no such key',
        example: 'http2: false',
      },
      'true',
    );
  }
  const headers = parseHeaders(http);
  http.refuseOthers();
  return { headers, rateLimit: parseRateLimit(top) };
}

function parseHeaders(http: Fields): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const [name, value] of http.entries('headers', HEADER)) {
    // Unset if blank, the toolkit's documents say.
    if (value === '') continue;
    const allowed = Object.hasOwn(HEADERS, name) ? HEADERS[name] : undefined;
    if (allowed === undefined) {
      http.fail('headers', `has a header that cannot be set: ${JSON.stringify(name)}`, HEADER);
    } else if ((allowed.length > 0 && !allowed.includes(value)) || !isHeaderValue(name, value)) {
      http.fail('headers', `has a value that ${name} does not take`, HEADER);
    } else headers[name] = value;
  }
  return headers;
}

function isHeaderValue(name: string, value: string): boolean {
  try {
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}

function parseRateLimit(top: Fields): RateLimit | undefined {
  const limit = top.child('rate_limit');
  const interval = { expected: 'a duration, 0 for no limit', example: 'interval: 100ms' };
  const number = { expected: 'a whole number of requests, 1 or more', example: 'burst: 20' };
  const intervalText = limit.text('interval', interval);
  const burstText = limit.text('burst', number);
  limit.refuseOthers();
  const intervalMs = intervalText === undefined ? 0 : parseDuration(intervalText);
  if (intervalMs === undefined) limit.fail('interval', 'is no duration', interval);
  const burst = burstText !== undefined && /^\d{1,9}$/.test(burstText) ? Number(burstText) : undefined;
  if (burstText !== undefined && burst === undefined) limit.fail('burst', 'is no whole number', number);
  if (intervalMs === undefined || intervalMs === 0) return undefined;
  // The toolkit would refuse every request for ever.
  if (burst === undefined || burst === 0) {
    limit.fail('burst', 'is needed where there is an interval', number);
    return undefined;
  }
  return { intervalMs, burst };
}
