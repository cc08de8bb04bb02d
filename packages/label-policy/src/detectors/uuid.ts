import type { ValueDetector } from './value-detector.js';

/** Groups of 8-4-4-4-12 hex digits. Every quantifier is fixed, so an attempt ends after at most 36 characters. */
const GROUPED = /[0-9a-f]{8}(?:[-_.:][0-9a-f]{4}){3}[-_.:][0-9a-f]{12}/i;

/** A whole run of hex digits, long enough to hold a UUID without separators. */
const HEX_RUN = /[0-9a-f]{32,}/gi;

/**
 * Lengths in hex digits of SHA-1, SHA-224, SHA-256, SHA-384 and SHA-512. A run of such a length is a digest: a
 * commit in a build label is bounded by the number of releases.
 */
const DIGEST_LENGTHS: ReadonlySet<number> = new Set([40, 56, 64, 96, 128]);

/**
 * UUIDs of every version, nil and max included, in any case, bare or inside a longer value; grouped by `-` (or
 * `_`, `.`, `:`), or as 32 hex digits in a row. A longer run counts too, because the letters before an embedded
 * one may be hex digits themselves (`job` ends in one), unless it has the length of a digest.
 */
export const uuidDetector: ValueDetector = {
  reason: 'uuid',
  found: (value) =>
    GROUPED.test(value) || [...value.matchAll(HEX_RUN)].some(([run]) => !DIGEST_LENGTHS.has(run.length)),
};
