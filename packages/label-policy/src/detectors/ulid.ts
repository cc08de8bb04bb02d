import type { ValueDetector } from './value-detector.js';

/** A whole run of letters and digits; runs are disjoint. */
const WORD = /[0-9A-Za-z]+/g;

/** 26 digits of Crockford's base32, which has no I, L, O and U; the first holds three bits only. */
const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/i;

/**
 * ULIDs in any case, bare or set off by anything that is neither letter nor digit. Some letters are asked for, so
 * that a long number is not taken for one.
 */
export const ulidDetector: ValueDetector = {
  reason: 'ulid',
  found: (value) => {
    for (const { 0: word } of value.matchAll(WORD)) {
      if (word.length === 26 && ULID.test(word) && !/^0x/i.test(word) && countLetters(word) >= 3) return true;
    }
    return false;
  },
};

function countLetters(word: string): number {
  let letters = 0;
  for (let at = 0; at < word.length; at++) if (word.charCodeAt(at) > 0x39) letters++;
  return letters;
}
