import type { ValueDetector } from './value-detector.js';

/**
 * The forms of telephone numbers. Every quantifier is bounded, so an attempt ends after at most 40 characters.
 * A plus sign behind a letter or digit belongs to a version (`1.2.3+20240131`) or a zone of time.
 */
const FORMS: readonly RegExp[] = [
  // International: a plus sign and 8 to 15 digits, in groups of any size.
  /(?<![0-9A-Za-z.]|[0-9]:)\+[1-9](?:[ ().\-/]{0,3}[0-9]){7,14}(?![0-9])/,
  // As dialled abroad.
  /(?<![0-9A-Za-z.]|[0-9][:+-])00[1-9][0-9]{0,2}[ .\-/](?:[ ().\-/]{0,3}[0-9]){6,12}(?![0-9])/,
  /(?<![0-9A-Za-z.]|[0-9][:+-])011[ .-][1-9](?:[ ().\-/]{0,3}[0-9]){7,13}(?![0-9])/,
  // North America.
  /(?<![0-9A-Za-z.]|[0-9][:-])(?:1[ .-])?(?:\([2-9][0-9]{2}\) ?|[2-9][0-9]{2}[ .-])[2-9][0-9]{2}[ .-][0-9]{4}(?![0-9]|[.-][0-9])/,
  // National with a leading zero and at least one separator: 020 7946 0958, 030/901820, (01632) 960123.
  /(?<![0-9A-Za-z.]|[0-9][:+/-])\(?0[1-9][0-9]{1,4}\)?[ /](?:[ -]?[0-9]){5,9}(?![0-9]|[:.-][0-9])/,
  // Marked as one.
  /(?<![0-9A-Za-z])tel:[+]?[0-9](?:[ ().\-/]{0,3}[0-9]){4,14}/i,
];

/** Telephone numbers in international, North American and other national forms. */
export const phoneDetector: ValueDetector = {
  reason: 'phone',
  found: (value) => FORMS.some((form) => form.test(value)),
};
