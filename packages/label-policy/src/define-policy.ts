import { VALUE_DETECTORS } from './detectors/registry.js';
import { forbidAlso, isForbiddenName } from './forbidden-names.js';
import {
  type LabelPolicy,
  type LabelViolation,
  type NameViolationReason,
  OVERFLOW_VALUE,
  REPLACED_VALUE,
  type ValueViolationReason,
} from './label-policy.js';
import { domainProblems, isInDomain, readDomains } from './label-domains.js';
import { LabelPolicyError } from './policy-error.js';
import { type PolicyRules, ruleProblems } from './policy-rules.js';

const DEFAULT_MAX_SERIES = 2000;
const DEFAULT_MAX_VALUE_LENGTH = 256;

/** The data model's label names without the UTF-8 ones of Prometheus 3, which older readers refuse. */
const VALID_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** `pid` tells processes apart in `all` and `liveall` gauges; the aggregator adds it. */
const RESERVED_NAMES: ReadonlySet<string> = new Set(['pid']);

/** Values that the library itself puts in. */
const OWN_VALUES: ReadonlySet<string> = new Set([REPLACED_VALUE, OVERFLOW_VALUE]);

/** Matches only surrogates that are not part of a pair: text that has no UTF-8 form. */
const LONE_SURROGATE = /\p{Cs}/u;

/**
 * Makes a policy.
 *
 * @param rules - Nothing for the standard ones.
 * @throws {@link LabelPolicyError} with every problem at once: bounds that are no positive whole numbers, an
 *   exception without a reason, a declared label or value that the other rules refuse.
 */
export function definePolicy(rules: PolicyRules = {}): LabelPolicy {
  const maxSeriesPerMetric = rules.maxSeriesPerMetric ?? DEFAULT_MAX_SERIES;
  const maxValueLength = rules.maxValueLength ?? DEFAULT_MAX_VALUE_LENGTH;
  const detectors = VALUE_DETECTORS.filter(({ reason }) => rules.valueChecks?.[reason] === undefined);
  const allowed = new Set(Object.keys(rules.allowNames ?? {}));
  const isForbiddenHere = forbidAlso(rules.forbiddenNames ?? []);
  const domains = rules.mode === 'strict' ? readDomains(rules.labels) : undefined;

  const judgeName = (labelName: string): NameViolationReason | undefined => {
    if (!VALID_NAME.test(labelName)) return 'invalid-name';
    if (labelName.startsWith('__') || RESERVED_NAMES.has(labelName)) return 'reserved-name';
    const isForbidden = isForbiddenName(labelName) || isForbiddenHere(labelName);
    return isForbidden && !allowed.has(labelName) ? 'forbidden-name' : undefined;
  };
  const judgeValue = (value: string): ValueViolationReason | undefined => {
    if (value.length > maxValueLength) return 'too-long';
    if (LONE_SURROGATE.test(value)) return 'malformed-text';
    return detectors.find((detector) => detector.found(value))?.reason;
  };

  const problems = [
    ...ruleProblems(rules),
    ...(domains ? domainProblems(domains, judgeName, judgeValue) : []),
  ];
  if (problems.length > 0) throw new LabelPolicyError(problems);

  return Object.freeze({
    maxSeriesPerMetric,
    checkName: (labelName: string): LabelViolation | undefined => {
      let reason = judgeName(labelName);
      if (reason === undefined && domains?.has(labelName) === false) reason = 'undeclared-name';
      return reason && { reason, labelName };
    },
    checkValue: (labelName: string, value: string): LabelViolation | undefined => {
      if (OWN_VALUES.has(value)) return undefined;
      let reason = judgeValue(value);
      if (reason === undefined && domains && !isInDomain(domains, labelName, value))
        reason = 'undeclared-value';
      return reason && { reason, labelName };
    },
  });
}
