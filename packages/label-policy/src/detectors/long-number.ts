import type { ValueDetector } from './value-detector.js';

/** Nine decimal digits of any script: ids of accounts and orders, snowflakes, serial numbers. */
const NINE_DIGITS = /\p{Nd}{9}/u;

/**
 * Runs of nine or more decimal digits. Eight pass, since dates (`20240131`) and build numbers have them; what is
 * counted with so few digits is for the series budget to hold.
 */
export const longNumberDetector: ValueDetector = {
  reason: 'long-number',
  found: (value) => NINE_DIGITS.test(value),
};
