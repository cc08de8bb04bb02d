import {
  AFFIXES,
  CLASS_WORDS,
  FORBIDDEN_ALONE,
  FORBIDDEN_PAIRS,
  FORBIDDEN_WORDS,
  ID_WORDS,
  UNBOUNDED_THINGS,
} from './forbidden-words.js';
import { nameReadings } from './name-words.js';

const VOCABULARY: ReadonlySet<string> = new Set(
  [FORBIDDEN_WORDS, UNBOUNDED_THINGS, ID_WORDS, CLASS_WORDS, AFFIXES].flat(),
);

const words = new Set(FORBIDDEN_WORDS);
const classWords = new Set(CLASS_WORDS);
const alone = new Set(FORBIDDEN_ALONE.flatMap((word) => [word, `x ${word}`]));
const pairs = new Set(FORBIDDEN_PAIRS);
for (const thing of UNBOUNDED_THINGS) for (const id of ID_WORDS) pairs.add(`${thing} ${id}`);

/** Whether a label name promises an identity, an address, a secret or free text, in any usual spelling. */
export function isForbiddenName(labelName: string): boolean {
  return nameReadings(labelName, VOCABULARY).some(isForbiddenReading);
}

function isForbiddenReading(reading: readonly string[]): boolean {
  if (reading.length > 1 && classWords.has(reading.at(-1) ?? '')) return false;
  return (
    reading.some((word) => words.has(word)) ||
    reading.some((word, at) => pairs.has(`${word} ${reading[at + 1]}`)) ||
    alone.has(reading.join(' '))
  );
}

/**
 * Prepares a check for names of the application's own: a name is forbidden if it holds the words of one side by
 * side, in any usual spelling (`merchant` forbids `merchant_id`, `byMerchant` and `merchantid`).
 */
export function forbidAlso(extraNames: readonly string[]): (labelName: string) => boolean {
  const vocabulary = new Set(VOCABULARY);
  for (const name of extraNames) for (const word of nameReadings(name, new Set())[0]) vocabulary.add(word);
  const sought = extraNames.map((name) => spaced(nameReadings(name, vocabulary)[0]));
  return (labelName) =>
    sought.length > 0 &&
    nameReadings(labelName, vocabulary).some((reading) =>
      sought.some((text) => spaced(reading).includes(text)),
    );
}

function spaced(reading: readonly string[]): string {
  return ` ${reading.join(' ')} `;
}
