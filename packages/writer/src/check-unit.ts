import { METRIC_UNITS, unitOfName } from '@promshard/shard-format';

import { WriterError } from './writer-error.js';

/**
 * Checks the unit that a metric is declared with: its name must say the same, which is where readers take it from.
 *
 * @param takesUnits - False for infos and state sets.
 * @throws {@link WriterError} `UNIT_INVALID` where it does not.
 */
export function checkUnit(name: string, unit: string | undefined, takesUnits: boolean): void {
  if (unit === undefined || unit === '') return;
  const family = name.replace(/_total$/, '');
  if (takesUnits && unitOfName(family) === unit) return;
  const expected = takesUnits
    ? `Expected a name that ends in _${unit} (before _total), and one of ${METRIC_UNITS.join(', ')}.`
    : 'Infos and state sets have none.';
  throw new WriterError('UNIT_INVALID', `Metric ${name} cannot have the unit "${unit}". ${expected}`);
}
