export {
  boolean,
  bounded,
  type BoundedValues,
  oneOf,
  routes,
  type StatusClass,
  statusClass,
  statusClassOf,
} from './declare-domain.js';
export { definePolicy } from './define-policy.js';
export type { CheckedValue, DomainTypes, LabelDomain, TypesOf } from './label-domain.js';
export {
  type BudgetViolation,
  type DetectedReason,
  type LabelPolicy,
  type LabelTypesOf,
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
  DeclaredLabels,
  PolicyRules,
  StandardRules,
  StrictRules,
  SwitchedOff,
  ValueCheckName,
} from './policy-rules.js';
export type { KeyedHash, ViolationAction } from './violation-action.js';
