/** A unit in a metric's name, and the one that Prometheus wants in its place. */
export interface NamedUnit {
  readonly unit: string;
  readonly base: string;
}

const BASE_UNITS = [
  'amperes',
  'bytes',
  'celsius',
  'grams',
  'joules',
  'kelvin',
  'meters',
  'metres',
  'moles',
  'seconds',
  'volts',
];

const UNITS: ReadonlyMap<string, string> = new Map<string, string>([
  ...BASE_UNITS.map((unit) => [unit, unit] as const),
  ...['minutes', 'hours', 'days', 'weeks'].map((unit) => [unit, 'seconds'] as const),
  ...['fahrenheit', 'rankine'].map((unit) => [unit, 'celsius'] as const),
  ['kelvins', 'kelvin'],
  ...['inches', 'yards', 'miles'].map((unit) => [unit, 'meters'] as const),
  ['bits', 'bytes'],
  ['calories', 'joules'],
  ...['pounds', 'ounces'].map((unit) => [unit, 'grams'] as const),
]);

const PREFIXES = [
  ['pico', 'nano', 'micro', 'milli', 'centi', 'deci', 'deca', 'hecto'],
  ['kilo', 'kibi', 'mega', 'mibi', 'giga', 'gibi', 'tera', 'tebi', 'peta', 'pebi'],
].flat();

const ABBREVIATIONS = ['s', 'ms', 'us', 'ns', 'sec', 'b', 'kb', 'mb', 'gb', 'tb', 'pb', 'm', 'h', 'd'];

/** The first word of a name that is a unit, with or without a prefix. */
export function unitOf(name: string): NamedUnit | undefined {
  for (const word of name.split('_')) {
    const own = UNITS.get(word);
    if (own !== undefined) return { unit: word, base: own };
    for (const prefix of PREFIXES) {
      const base = word.startsWith(prefix) ? UNITS.get(word.slice(prefix.length)) : undefined;
      if (base !== undefined) return { unit: word, base };
    }
  }
  return undefined;
}

/** The abbreviated unit in a name: `ms` of `request_duration_ms`. */
export function abbreviatedUnit(name: string): string | undefined {
  const lower = name.toLowerCase();
  return ABBREVIATIONS.find((unit) => lower.includes(`_${unit}_`) || lower.endsWith(`_${unit}`));
}
