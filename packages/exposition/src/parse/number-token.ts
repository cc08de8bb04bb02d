const REAL_NUMBER = /^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:e[+-]?[0-9]+)?$/i;
const INFINITE = /^([+-]?)inf(?:inity)?$/i;
const INTEGER = /^([+-]?)([0-9]+)$/;
const LEADING_ZEROS = /^0+(?=[0-9])/;

const INT64_DIGITS = 19;
const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -INT64_MAX - 1n;

/**
 * Reads a value as both formats write it: a decimal number within float64's range, or NaN or an infinity in any
 * case. Hexadecimal numbers and digit separators, which Go's `ParseFloat` would take, are refused as both of
 * Prometheus' own parsers refuse them.
 */
export function parseNumber(token: string): number | undefined {
  const real = parseRealNumber(token);
  if (real !== undefined) return real;
  if (token.toLowerCase() === 'nan') return Number.NaN;
  const sign = INFINITE.exec(token)?.[1];
  if (sign === undefined) return undefined;
  return sign === '-' ? -Infinity : Infinity;
}

/** Reads a finite decimal number; undefined too if it is beyond float64's range. */
export function parseRealNumber(token: string): number | undefined {
  if (!REAL_NUMBER.test(token)) return undefined;
  const value = Number(token);
  return Number.isFinite(value) ? value : undefined;
}

/** Reads a text 0.0.4 timestamp, an int64 of milliseconds. Beyond 2^53 the nearest float64 is returned. */
export function parseMilliseconds(token: string): number | undefined {
  const [, sign = '', allDigits = ''] = INTEGER.exec(token) ?? [];
  const digits = allDigits.replace(LEADING_ZEROS, '');
  if (digits === '' || digits.length > INT64_DIGITS) return undefined;
  const value = BigInt(sign + digits);
  return value > INT64_MAX || value < INT64_MIN ? undefined : Number(value);
}

/** Reads an OpenMetrics timestamp, seconds with any decimals, as the nearest number of milliseconds. */
export function parseSeconds(token: string): number | undefined {
  if (!REAL_NUMBER.test(token)) return undefined;
  // The exponent is moved, rather than the value multiplied, so that whole milliseconds stay whole.
  const [digits = '', exponent = '0'] = token.toLowerCase().split('e');
  const value = Number(`${digits}e${Number(exponent) + 3}`);
  // Adding zero makes -0 plain.
  return Number.isFinite(value) ? value + 0 : undefined;
}

/**
 * Reads the bound of a bucket: a number, or an infinity spelled `+Inf` or `-Inf` as both formats demand.
 */
export function parseBound(text: string): number | undefined {
  if (text === '+Inf') return Infinity;
  if (text === '-Inf') return -Infinity;
  return parseRealNumber(text);
}
