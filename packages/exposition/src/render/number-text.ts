/**
 * Writes a value: the shortest text that reads back as the same number, or `NaN`, `+Inf`, `-Inf`. Negative zero
 * has a decimal point, because parsers that try integers first, as Python's, would lose its sign.
 */
export function numberText(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0';
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  return String(value);
}

/**
 * Writes a timestamp as text 0.0.4 wants it, whole milliseconds.
 *
 * @returns The text, or undefined if the time is not a number that can be written exactly.
 */
export function millisecondsText(timestampMs: number): string | undefined {
  const whole = Math.round(timestampMs);
  return Number.isSafeInteger(whole) ? String(whole) : undefined;
}

/**
 * Writes a timestamp as OpenMetrics wants it: seconds, with whole milliseconds as decimals and never an exponent.
 *
 * @returns The text, or undefined if the time is not a number that can be written exactly.
 */
export function secondsText(timestampMs: number): string | undefined {
  const whole = Math.round(timestampMs);
  if (!Number.isSafeInteger(whole)) return undefined;
  const sign = whole < 0 ? '-' : '';
  const milliseconds = Math.abs(whole);
  const seconds = Math.floor(milliseconds / 1000);
  const rest = milliseconds % 1000;
  return rest === 0 ? `${sign}${seconds}` : `${sign}${seconds}.${String(rest).padStart(3, '0')}`;
}
