import type { ValueDetector } from './value-detector.js';

/** Groups of digits with one space or dash between them; deterministic, and runs are disjoint. */
const DIGIT_GROUPS = /[0-9]+(?:[ -][0-9]+)*/g;

/** First digits that card networks issue, and how long their numbers are. */
const ISSUED: readonly (readonly [prefix: RegExp, lengths: readonly number[]])[] = [
  [/^4/, [13, 16, 19]],
  [/^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16]],
  [/^3[47]/, [15]],
  [/^3(?:0[0-5]|[689])/, [14, 16, 19]],
  [/^(?:6011|64[4-9]|65)/, [16, 19]],
  [/^35(?:2[89]|[3-8])/, [16, 17, 18, 19]],
  [/^62/, [16, 17, 18, 19]],
  [/^(?:50|5[6-9]|6[37])/, [13, 14, 15, 16, 17, 18, 19]],
];

const LONGEST = 19;

/** Nobody writes a card number in smaller groups; counts and lists of numbers are written so. */
const SHORTEST_FIRST_GROUP = 3;
const SHORTEST_GROUP = 2;

/** Payment card numbers: issued prefix and length, check digit of Luhn, whole groups of digits. */
export const cardNumberDetector: ValueDetector = {
  reason: 'card-number',
  found: (value) => {
    for (const { 0: run } of value.matchAll(DIGIT_GROUPS)) {
      if (run.length >= 13 && holdsCard(run.split(/[ -]/))) return true;
    }
    return false;
  },
};

/** Joins at most as many groups as a card number has digits, from each group on. */
function holdsCard(groups: readonly string[]): boolean {
  for (let first = 0; first < groups.length; first++) {
    let digits = '';
    for (let next = first; next < groups.length; next++) {
      const group = groups[next] ?? '';
      if (group.length < (next === first ? SHORTEST_FIRST_GROUP : SHORTEST_GROUP)) break;
      if (digits.length + group.length > LONGEST) break;
      digits += group;
      if (isCard(digits)) return true;
    }
  }
  return false;
}

function isCard(digits: string): boolean {
  return (
    ISSUED.some(([prefix, lengths]) => lengths.includes(digits.length) && prefix.test(digits)) &&
    hasLuhnDigit(digits)
  );
}

/** ISO/IEC 7812-1: every second digit from the right is doubled, and the digits add up to a multiple of ten. */
function hasLuhnDigit(digits: string): boolean {
  let sum = 0;
  for (let fromRight = 0; fromRight < digits.length; fromRight++) {
    const digit = digits.charCodeAt(digits.length - 1 - fromRight) - 0x30;
    const weighed = fromRight % 2 === 0 ? digit : digit * 2;
    sum += weighed > 9 ? weighed - 9 : weighed;
  }
  return sum % 10 === 0;
}
