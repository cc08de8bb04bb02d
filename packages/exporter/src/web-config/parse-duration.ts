const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/**
 * Parses a duration as Go writes it (`1s`, `1m30s`, `250ms`), into milliseconds. A bare `0` needs no unit.
 *
 * @returns undefined for anything else, negative durations among it.
 */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0;
  if (!/^(?:\d+(?:\.\d+)?(?:ns|us|µs|μs|ms|s|m|h))+$/u.test(text)) return undefined;
  let sum = 0;
  for (const [, number, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|μs|ms|s|m|h)/gu)) {
    sum += Number(number) * (UNITS[unit ?? ''] ?? Number.NaN);
  }
  return Number.isFinite(sum) ? sum : undefined;
}
