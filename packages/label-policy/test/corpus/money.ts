import { embedded, type Family, growFamily } from './family.js';
import type { Random } from './random.js';
import { ordinary, word } from './words.js';

/** Appends the check digit of Luhn. */
function withLuhn(digits: string): string {
  let sum = 0;
  for (const [at, digit] of digits.split('').toReversed().entries()) {
    const weighed = at % 2 === 0 ? Number(digit) * 2 : Number(digit);
    sum += weighed > 9 ? weighed - 9 : weighed;
  }
  return digits + String((10 - (sum % 10)) % 10);
}

/** Numbers of issued prefixes with a right check digit, made at random: no bank gave them to anybody. */
function card(random: Random): string {
  const [prefix, length] = random.pick<readonly [string, number]>([
    ['4', 16],
    ['51', 16],
    ['55', 16],
    ['2221', 16],
    ['34', 15],
    ['37', 15],
    ['6011', 16],
    ['65', 16],
    ['3530', 16],
    ['36', 14],
    ['62', 16],
    ['5018', 16],
  ]);
  return withLuhn(prefix + random.digits(length - prefix.length - 1));
}

function grouped(digits: string, separator: string): string {
  return digits.replaceAll(/(.{4})(?=.)/g, `$1${separator}`);
}

/** Makes the last digit wrong. */
function broken(digits: string): string {
  return digits.slice(0, -1) + String((Number(digits.at(-1)) + 1) % 10);
}

export const cardNumber: Family = growFamily({
  reason: 'card-number',
  seed: 11,
  written: {
    positives: `
      4111111111111111
      4111 1111 1111 1111
      4111-1111-1111-1111
      5555555555554444
      378282246310005
      3782 822463 10005
      6011111111111117
      30569309025904
      3530111333300000
      4222222222222
      2223003122003222
      card=4012888888881881
      paid with 5105 1051 0510 5100 today
    `,
    hardNegatives: `
      4111111111111112
      4111 1111 1111 1112
      1234567890123456
      0000000000000000
      411111111111111
      9111111111111111
      2024-01-31 12
      41111111111111111111
      4111.1111.1111.1111
      1 2 3 4 5 6 7 8 9 10 11 12 13
      1706702400000
    `,
  },
  makePositive: (random) => embedded(random, grouped(card(random), random.pick(['', '', ' ', '-']))),
  makeHardNegative: (random) =>
    embedded(
      random,
      random.pick([
        () => grouped(broken(card(random)), random.pick(['', ' ', '-'])),
        () => withLuhn(`${random.pick(['0', '1', '8', '9'])}${random.digits(14)}`),
        () => `17${random.digits(11)}`,
        () => random.digits(12),
        () => random.digits(20 + random.below(5)),
        () => `1${random.digits(17)}`,
        () => `${random.digits(3)}-${random.digits(4)}-${random.digits(3)}`,
        // One in ten has a right check digit by chance: the detector takes it for a card.
        () => (random.below(4) === 0 ? `4${random.digits(15)}` : `7${random.digits(15)}`),
        () => ordinary(random),
      ])(),
    ),
});

/** Countries whose account numbers are digits only, and how many. */
const COUNTRIES: readonly (readonly [string, number])[] = [
  ['DE', 18],
  ['AT', 16],
  ['BE', 12],
  ['CH', 17],
  ['DK', 14],
  ['ES', 20],
  ['FI', 14],
  ['NO', 11],
  ['PL', 24],
  ['PT', 21],
  ['SE', 20],
  ['SK', 20],
];

function iban13616(country: string, account: string): string {
  const digits = `${account}${country}00`
    .split('')
    .map((character) => Number.parseInt(character, 36))
    .join('');
  const check = 98n - (BigInt(digits) % 97n);
  return `${country}${String(check).padStart(2, '0')}${account}`;
}

function anyIban(random: Random): string {
  const [country, length] = random.pick(COUNTRIES);
  return random.below(4) === 0
    ? iban13616('GB', `TEST${random.digits(14)}`)
    : iban13616(country, random.digits(length));
}

/** Puts two check digits in each other's place, or the next ones: the sum is wrong. */
function brokenIban(iban: string): string {
  const check = (Number(iban.slice(2, 4)) + 1) % 97;
  return iban.slice(0, 2) + String(check).padStart(2, '0') + iban.slice(4);
}

export const iban: Family = growFamily({
  reason: 'iban',
  seed: 12,
  written: {
    positives: `
      DE89370400440532013000
      DE89 3704 0044 0532 0130 00
      GB82WEST12345698765432
      GB82 WEST 1234 5698 7654 32
      gb82west12345698765432
      FR1420041010050500013M02606
      NL91ABNA0417164300
      NO9386011117947
      MT84MALT011000012345MTLCAST001S
      from DE89370400440532013000 to CH9300762011623852957
      iban:BE68539007547034
      DE89-3704-0044-0532-0130-00
    `,
    hardNegatives: `
      DE89370400440532013001
      GB82WEST12345698765431
      XX89370400440532013000
      DE8937040044053201300
      DE893704004405320130000
      AT61
      DE 89 of 100
      ES256
      PS5 bundle
      BE68-53
      DEF89370400440532013000
      1DE89370400440532013000
    `,
  },
  makePositive: (random) => {
    const text = anyIban(random);
    return embedded(random, random.below(3) === 0 ? grouped(text, ' ') : text);
  },
  makeHardNegative: (random) =>
    embedded(
      random,
      random.pick([
        () => brokenIban(anyIban(random)),
        () => grouped(brokenIban(anyIban(random)), ' '),
        () => anyIban(random).slice(0, -1),
        () => `ZZ${anyIban(random).slice(2)}`,
        () => `${random.pick(['DE', 'GB', 'FR'])}${random.digits(2)} ${word(random)}`,
        () => `A${anyIban(random)}`,
        () => `SK${random.digits(6)}`,
        () => ordinary(random),
      ])(),
    ),
});
