import { forbidAlso, isForbiddenName } from './forbidden-names.js';
import type { NameViolationReason } from './label-policy.js';
import type { CommonRules } from './policy-rules.js';

/** The data model's label names without the UTF-8 ones of Prometheus 3, which older readers refuse. */
const VALID_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** `pid` tells processes apart in `all` and `liveall` gauges; the aggregator adds it. */
const RESERVED_NAMES: ReadonlySet<string> = new Set(['pid']);

/** Finds what is wrong with a name by its words. */
export type JudgeName = (labelName: string) => NameViolationReason | undefined;

/** Prepares the checks of names: grammar, reserved and forbidden ones, and the exceptions. */
export function prepareNameChecks({ allowNames = {}, forbiddenNames = [] }: CommonRules): JudgeName {
  const allowed = new Set(Object.keys(allowNames));
  const isForbiddenHere = forbidAlso(forbiddenNames);
  return (labelName) => {
    if (!VALID_NAME.test(labelName)) return 'invalid-name';
    if (labelName.startsWith('__') || RESERVED_NAMES.has(labelName)) return 'reserved-name';
    const isForbidden = isForbiddenName(labelName) || isForbiddenHere(labelName);
    return isForbidden && !allowed.has(labelName) ? 'forbidden-name' : undefined;
  };
}
