export { definePolicy } from './define-policy.js';
export {
  type LabelPolicy,
  type LabelViolation,
  type NameViolationReason,
  OVERFLOW_VALUE,
  REPLACED_VALUE,
  type ValueViolationReason,
} from './label-policy.js';
export { standardPolicy, strictPolicy } from './policies.js';
export { LabelPolicyError } from './policy-error.js';
export type {
  CommonRules,
  LabelDomain,
  PolicyRules,
  StandardRules,
  StrictRules,
  SwitchedOff,
  ValueCheckName,
} from './policy-rules.js';
