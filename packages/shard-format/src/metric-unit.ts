/**
 * The units that a family's name can end in, so that it need not be said anywhere else: Prometheus' base units ("Metric and
 * label naming") and those of OpenMetrics 1.0 ("Units and Base Units").
 */
export const METRIC_UNITS: readonly string[] = [
  'seconds',
  'bytes',
  'ratio',
  'celsius',
  'kelvin',
  'meters',
  'metres',
  'grams',
  'volts',
  'amperes',
  'watts',
  'joules',
  'hertz',
  'moles',
];

const UNITS: ReadonlySet<string> = new Set(METRIC_UNITS);

/**
 * The unit that a family's name says: its last word, where that is one of {@link METRIC_UNITS} and there is another before it.
 *
 * @param family - A counter's without `_total`.
 */
export function unitOfName(family: string): string | undefined {
  const word = family.slice(family.lastIndexOf('_') + 1);
  return word.length < family.length - 1 && UNITS.has(word) ? word : undefined;
}
