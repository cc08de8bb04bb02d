import type { ValueDetector } from './value-detector.js';

/**
 * Six or eight pairs of hex digits with one separator, or three or four groups of four with dots, not part of a
 * longer row of groups (a certificate's fingerprint). With dashes a letter is asked for, since dates and times have
 * that form too. Every quantifier is bounded, so an attempt ends after at most 24 characters.
 */
const FORMS: readonly RegExp[] = [
  /(?<![0-9a-z]|(?<![0-9a-z])[0-9a-f]{2}:)(?:[0-9a-f]{2}:){5}(?:[0-9a-f]{2}:[0-9a-f]{2}:)?[0-9a-f]{2}(?![0-9a-z]|:[0-9a-f])/i,
  /(?<![0-9a-z]|(?<![0-9a-z])[0-9a-f]{2}-)(?=[0-9-]{0,22}[a-f])(?:[0-9a-f]{2}-){5}(?:[0-9a-f]{2}-[0-9a-f]{2}-)?[0-9a-f]{2}(?![0-9a-z]|-[0-9a-f])/i,
  /(?<![0-9a-z]|(?<![0-9a-z])[0-9a-f]{4}\.)(?=[0-9.]{0,18}[a-f])(?:[0-9a-f]{4}\.){2}(?:[0-9a-f]{4}\.)?[0-9a-f]{4}(?![0-9a-z]|\.[0-9a-f])/i,
];

/**
 * MAC addresses of 48 and 64 bits, bare or inside a longer value. Twelve hex digits in a row are none: abbreviated
 * commits have that form.
 */
export const macAddressDetector: ValueDetector = {
  reason: 'mac',
  found: (value) => FORMS.some((form) => form.test(value)),
};
