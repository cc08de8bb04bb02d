import { embedded, type Family, growFamily } from './family.js';
import type { Random } from './random.js';
import { ordinary, word } from './words.js';

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

const two = (number: number): string => String(number).padStart(2, '0');

function point(random: Random): string {
  const [year, month, day] = [2000 + random.below(50), 1 + random.below(12), 1 + random.below(28)];
  const [hour, minute, second] = [two(random.below(24)), two(random.below(60)), two(random.below(60))];
  const date = `${year}-${two(month)}-${two(day)}`;
  const unix = String(1_100_000_000 + random.below(900_000_000));
  return random.pick([
    `${date}T${hour}:${minute}:${second}Z`,
    `${date}T${hour}:${minute}:${second}.${random.digits(3)}+02:00`,
    `${date} ${hour}:${minute}`,
    `${date}_${hour}-${minute}-${second}`,
    `${year}/${two(month)}/${two(day)} ${hour}:${minute}:${second}`,
    `${year}${two(month)}${two(day)}T${hour}${minute}${second}Z`,
    `${year}${two(month)}${two(day)}${hour}${minute}${second}`,
    `${day} ${random.pick(MONTHS)} ${year} ${hour}:${minute}:${second} GMT`,
    `${two(day)}/${random.pick(MONTHS)}/${year}:${hour}:${minute}:${second} +0000`,
    unix,
    `${unix}${random.digits(3)}`,
    `${unix}${random.digits(6)}`,
    `${unix}${random.digits(9)}`,
    `${unix}.${random.digits(3)}`,
  ]);
}

export const timestamp: Family = growFamily({
  reason: 'timestamp',
  seed: 13,
  written: {
    positives: `
      2024-01-31T12:30:00Z
      2024-01-31T12:30:00.123456789+02:00
      2024-01-31 12:30:00
      2024-01-31T12:30
      20240131T123000Z
      20240131123000
      1706704200
      1706704200000
      1706704200000000
      1706704200000000000
      Wed, 31 Jan 2024 12:30:00 GMT
      31/Jan/2024:12:30:00 +0000
      Wed Jan 31 12:30:00 2024
      backup-2024-01-31-12-30-00.tar
      run_1706704200
      1706704200.123
      2024-01-31t12:30:00z
      2024.01.31 12:30
    `,
    hardNegatives: `
      2024-01-31
      20240131
      12:30
      12:30:45
      2024-01
      2024W05
      PT1H30M
      0 12 * * *
      9876543210
      0123456789
      170670420
      17067042000
      2024-13-31T12:30
      v2024.1.31
      Mon-Fri
      1h30m
      2024
      5m
      2012-10-17
      Jan 31
      every 15 minutes
      0.1706704200
    `,
  },
  makePositive: (random) => embedded(random, point(random)),
  makeHardNegative: (random) =>
    embedded(
      random,
      random.pick([
        () => `20${random.digits(2)}-${two(1 + random.below(12))}-${two(1 + random.below(28))}`,
        () => `20${random.digits(2)}${two(1 + random.below(12))}${two(1 + random.below(28))}`,
        () => `${two(random.below(24))}:${two(random.below(60))}`,
        () => `${random.below(60)} ${random.below(24)} * * ${random.below(7)}`,
        () => `P${random.below(9)}DT${random.below(24)}H`,
        () => `${random.pick(['4', '5', '6', '7', '8', '9'])}${random.digits(9)}`,
        () => `1${random.digits(10)}`,
        () => `1${random.digits(8)}`,
        () => `${word(random)}-${random.below(24)}h`,
        () => `20${random.digits(2)}.${random.below(12)}.${random.below(28)}`,
        () => ordinary(random),
      ])(),
    ),
});
