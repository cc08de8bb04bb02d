/** Milliseconds per unit of a Prometheus duration. */
const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};

const DURATION =
  /^(?:\d{1,9}y)?(?:\d{1,9}w)?(?:\d{1,9}d)?(?:\d{1,9}h)?(?:\d{1,9}m)?(?:\d{1,9}s)?(?:\d{1,9}ms)?$/;
const SECONDS = /^\d{1,12}(?:\.\d{1,9})?$/;
const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/** Milliseconds of a Prometheus duration such as `1h30m`, the largest unit first; undefined where it is none, or zero. */
export function parseDuration(text: string): number | undefined {
  if (text === '' || !DURATION.test(text)) return undefined;
  let ms = 0;
  for (const [, digits, unit] of text.matchAll(/(\d+)([a-z]+)/g))
    ms += Number(digits) * (UNITS[unit ?? ''] ?? NaN);
  return ms > 0 ? ms : undefined;
}

/** Milliseconds of a step: a duration, or seconds. */
export function parseStep(text: string): number | undefined {
  if (!SECONDS.test(text)) return parseDuration(text);
  const ms = Number(text) * 1000;
  return ms > 0 ? ms : undefined;
}

/** Milliseconds since 1970 of a time: Unix seconds or RFC 3339, as Prometheus's HTTP API takes them. */
export function parseTime(text: string): number | undefined {
  if (SECONDS.test(text)) return Number(text) * 1000;
  const ms = RFC3339.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}
