import { COMMON_PAIRS } from './letter-pairs.js';
import type { ValueDetector } from './value-detector.js';

/** A whole run of what encoded bytes are made of; runs are disjoint. */
const RUN = /[0-9A-Za-z+/_=-]+/g;

/** A whole run of letters and digits within it. */
const WORD = /[0-9A-Za-z]+/g;

const HEX = /^(?:[0-9a-f]+|[0-9A-F]+)$/;

const SHORTEST_HEX = 16;
const SHORTEST_WORD = 20;
const SHORTEST_RUN = 20;

/**
 * Random bytes in hex, base32, base58, base62 or base64, by their look: long, letters and digits mixed, and few pairs
 * of letters that words are made of. Up to 15 hex digits pass: abbreviated commits are bounded by the releases.
 */
export const highEntropyDetector: ValueDetector = {
  reason: 'high-entropy',
  found: (value) => {
    for (const { 0: run } of value.matchAll(RUN)) {
      if (run.length < SHORTEST_HEX) continue;
      if (isRandomRun(run)) return true;
      for (const { 0: word } of run.matchAll(WORD)) {
        if (word.length >= SHORTEST_HEX && isRandomWord(word)) return true;
      }
    }
    return false;
  },
};

/** A run without separators. Lower-case text with few digits may be a word of any language, and passes. */
function isRandomWord(word: string): boolean {
  const look = lookOf(word);
  if (HEX.test(word)) return look.letters > 0 && look.digits > 0 && look.changes >= word.length / 8;
  if (word.length < SHORTEST_WORD) return false;
  const pairs = look.commonPairs / (word.length - 1);
  const mixed = look.digits > 0 ? look.changes >= word.length / 5 : look.changes >= word.length / 3;
  return mixed && pairs < 0.38;
}

/** A run of base64 with its separators, which are few in it: one character in 32. */
function isRandomRun(run: string): boolean {
  if (run.length < SHORTEST_RUN) return false;
  const look = lookOf(run);
  return (
    look.upper > 0 &&
    look.lower > 0 &&
    look.digits > 0 &&
    look.others <= run.length / 8 &&
    look.changes >= run.length / 3 &&
    look.commonPairs / (run.length - 1) < 0.33
  );
}

interface Look {
  readonly upper: number;
  readonly lower: number;
  readonly digits: number;
  readonly others: number;
  readonly letters: number;
  /** Neighbours of different kinds: capital and small letter, letter and digit. */
  readonly changes: number;
  /** Neighbours that are letters which often follow each other in words. */
  readonly commonPairs: number;
}

function lookOf(text: string): Look {
  const counts = { upper: 0, lower: 0, digit: 0, other: 0 };
  let changes = 0;
  let commonPairs = 0;
  let before: keyof typeof counts | undefined;
  for (let at = 0; at < text.length; at++) {
    const kind = kindOf(text.charCodeAt(at));
    counts[kind]++;
    if (before !== undefined) {
      if (kind !== before && kind !== 'other' && before !== 'other') changes++;
      if (COMMON_PAIRS.has(text.slice(at - 1, at + 1).toLowerCase())) commonPairs++;
    }
    before = kind;
  }
  const { upper, lower, digit: digits, other: others } = counts;
  return { upper, lower, digits, others, letters: upper + lower, changes, commonPairs };
}

function kindOf(code: number): 'upper' | 'lower' | 'digit' | 'other' {
  if (code >= 0x61 && code <= 0x7a) return 'lower';
  if (code >= 0x41 && code <= 0x5a) return 'upper';
  return code >= 0x30 && code <= 0x39 ? 'digit' : 'other';
}
