import { createHmac } from 'node:crypto';

import { LabelPolicyError } from './policy-error.js';
import type { KeyedHash } from './violation-action.js';

/** What {@link keyedHash} takes. */
export interface KeyedHashOptions {
  /**
   * The secret: at least 16 bytes that nobody can guess, best 32 random ones from the deployment's secret store. Who
   * has it can find out which of a list of values a pseudonym stands for.
   */
  readonly key: string | Uint8Array;
}

const SHORTEST_KEY_BYTES = 16;
const LETTERS = 12;
const LETTER_A = 0x61;

/**
 * Counts refused values under pseudonyms: `hmac_` and twelve letters, 48 bits of an HMAC-SHA-256 of label name and
 * value. Equal values have equal pseudonyms wherever the key is the same, so that one can still be followed.
 *
 * This is *pseudonymous*, not anonymous: under the GDPR pseudonyms of personal data are personal data. The number of
 * series is not bounded by it, but by the budget.
 *
 * @throws {@link LabelPolicyError} where the key is missing or too short; the message does not hold it.
 */
export function keyedHash({ key }: KeyedHashOptions): KeyedHash {
  const bytes = typeof key === 'string' ? new TextEncoder().encode(key) : key;
  if (!(bytes instanceof Uint8Array) || bytes.length < SHORTEST_KEY_BYTES) {
    throw new LabelPolicyError([
      `keyedHash() has no key, or one of less than ${SHORTEST_KEY_BYTES} bytes; expected a secret of the deployment, for example 32 random bytes`,
    ]);
  }
  // A copy: nobody changes it later.
  const secret = Uint8Array.from(bytes);
  return Object.freeze({
    kind: 'keyed-hash',
    pseudonym: (labelName: string, value: string): string => {
      // No label name has a NUL, so the border is clear.
      const digest = createHmac('sha256', secret).update(`${labelName}\0${value}`, 'utf8').digest();
      const letters = Array.from({ length: LETTERS }, (_, at) => {
        const byte = digest[at >> 1] ?? 0;
        return LETTER_A + (at % 2 === 0 ? byte >> 4 : byte & 15);
      });
      return `hmac_${String.fromCharCode(...letters)}`;
    },
  });
}
