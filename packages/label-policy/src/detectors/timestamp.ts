import type { ValueDetector } from './value-detector.js';

const MONTH = '(?:0[1-9]|1[0-2])';
const DAY = '(?:0[1-9]|[12][0-9]|3[01])';
const HOUR = '(?:[01][0-9]|2[0-3])';
const SIXTY = '[0-5][0-9]';
const MONTH_NAME = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';

/** Dates with a time of day. Every quantifier is bounded. */
const DATE_TIMES: readonly RegExp[] = [
  // ISO 8601 and what logs make of it: 2024-01-31T12:30, 2024/01/31 12:30:00, 2024-01-31_12-30-00.
  new RegExp(`(?<![0-9])[0-9]{4}([-/.])${MONTH}\\1${DAY}(?:[Tt _-]|%20|\\+)${HOUR}[:h.-]?${SIXTY}`),
  // Basic format: 20240131T1230, 20240131-123000, 20240131123000.
  new RegExp(`(?<![0-9])(?:19|20)[0-9]{2}${MONTH}${DAY}[Tt_-]${HOUR}${SIXTY}`),
  new RegExp(`(?<![0-9])(?:19|20)[0-9]{2}${MONTH}${DAY}${HOUR}${SIXTY}${SIXTY}(?![0-9])`),
  // RFC 1123 and the logs of web servers: 31 Jan 2024 12:30:00, 31/Jan/2024:12:30:00.
  new RegExp(`(?<![0-9])[0-9]{1,2}[ /-]${MONTH_NAME}[ /-][0-9]{4}[ :]${HOUR}:${SIXTY}`, 'i'),
  // ctime: Jan 31 12:30:00 2024.
  new RegExp(`${MONTH_NAME} {1,2}[0-9]{1,2} ${HOUR}:${SIXTY}:${SIXTY}`, 'i'),
];

/** A whole run of digits, and a fraction behind it. */
const NUMBER = /[0-9]+/g;

/** Digits of a unix time, by its unit: seconds, milli-, micro-, nanoseconds. */
const UNIX_DIGITS: ReadonlySet<number> = new Set([10, 13, 16, 19]);

/** 2001-09-09, the first second with ten digits, to 2070: what a clock shows while this is in use. */
const FIRST_SECOND = 1_000_000_000;
const LAST_SECOND = 3_155_760_000;

/**
 * Points in time: a date with a time of day, or a unix time in seconds to nanoseconds. A date alone passes, since
 * versions of interfaces are dates (`2024-01-31`); so does a time of day alone.
 */
export const timestampDetector: ValueDetector = {
  reason: 'timestamp',
  found: (value) => DATE_TIMES.some((form) => form.test(value)) || holdsUnixTime(value),
};

function holdsUnixTime(value: string): boolean {
  for (const { 0: digits, index } of value.matchAll(NUMBER)) {
    if (!UNIX_DIGITS.has(digits.length)) continue;
    const second = Number(digits.slice(0, 10));
    // Behind a point the digits are a fraction.
    const isFraction = value.charAt(index - 1) === '.' && /[0-9]/.test(value.charAt(index - 2));
    if (!isFraction && second >= FIRST_SECOND && second <= LAST_SECOND) return true;
  }
  return false;
}
