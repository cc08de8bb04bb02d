import { REPLACED_VALUE } from './label-policy.js';

/**
 * What happens to a value that the policy refuses.
 *
 * `replace`: it is counted under `__other__`. `drop`: it is counted in a series without the label. Both keep totals:
 * no increment is ever dropped. A {@link KeyedHash} counts it under a pseudonym.
 */
export type ViolationAction = 'replace' | 'drop' | KeyedHash;

/** Gives pseudonyms; made by `keyedHash` of `@promshard/label-policy/hash`. */
export interface KeyedHash {
  readonly kind: 'keyed-hash';
  /** A text of the form {@link PSEUDONYM}: equal for equal arguments, and nothing about them to those without the key. */
  pseudonym(labelName: string, value: string): string;
}

/**
 * The form of a pseudonym: no detector takes it for a token, so that it passes other policies too, and it has no
 * digit, so that it is no number to anyone.
 */
export const PSEUDONYM: RegExp = /^hmac_[a-p]{12}$/;

/** What a refused value is counted under; undefined for a series without the label. */
export function act(action: ViolationAction, labelName: string, value: string): string | undefined {
  if (action === 'replace') return REPLACED_VALUE;
  if (action === 'drop') return undefined;
  return action.pseudonym(labelName, value);
}

/** Whether something is an action, as a JavaScript caller may give it. */
export function isAction(action: unknown): action is ViolationAction {
  if (action === 'replace' || action === 'drop') return true;
  return (
    typeof action === 'object' &&
    action !== null &&
    'kind' in action &&
    action.kind === 'keyed-hash' &&
    'pseudonym' in action &&
    typeof action.pseudonym === 'function'
  );
}
