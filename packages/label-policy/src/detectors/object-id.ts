import type { ValueDetector } from './value-detector.js';

/** A whole run of letters and digits; runs are disjoint. */
const WORD = /[0-9A-Za-z]+/g;

/** 24 hex digits, in one case, of which at least one is a digit and one a letter. */
const OBJECT_ID = /^(?=[a-f]*[0-9])(?=[0-9]*[a-f])[0-9a-f]{24}$|^(?=[A-F]*[0-9])(?=[0-9]*[A-F])[0-9A-F]{24}$/;

/** ObjectIds of MongoDB: 24 hex digits, bare or set off by anything that is neither letter nor digit. */
export const objectIdDetector: ValueDetector = {
  reason: 'object-id',
  found: (value) => {
    for (const { 0: word } of value.matchAll(WORD)) {
      if (word.length === 24 && OBJECT_ID.test(word)) return true;
    }
    return false;
  },
};
