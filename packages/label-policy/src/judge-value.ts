import { VALUE_DETECTORS } from './detectors/registry.js';
import type { ValueDetector } from './detectors/value-detector.js';
import type { ValueViolationReason } from './label-policy.js';
import { isPlainText } from './plain-text.js';
import type { CommonRules } from './policy-rules.js';

const DEFAULT_MAX_VALUE_LENGTH = 256;

/** Matches only surrogates that are not part of a pair: text that has no UTF-8 form. */
const LONE_SURROGATE = /\p{Cs}/u;

/** Control characters but white space, marks that turn the direction of text, and others without a glyph. */
const INVISIBLE = /[\p{Cf}\p{Zl}\p{Zp}]|(?![\t\n\r])\p{Cc}/u;

/** Finds what is wrong with a value by its looks. */
export type JudgeValue = (labelName: string, value: string) => ValueViolationReason | undefined;

/** Prepares the checks of length, characters and kind that the rules leave on. */
export function prepareValueChecks(rules: CommonRules): JudgeValue {
  const { maxValueLength = DEFAULT_MAX_VALUE_LENGTH, valueChecks = {} } = rules;
  const everywhere = VALUE_DETECTORS.filter(({ reason }) => {
    const off = valueChecks[reason];
    return off === undefined || off.labels !== undefined;
  });
  const offFor = new Map<string, Set<string>>();
  for (const [reason, off] of Object.entries(valueChecks)) {
    for (const label of off?.labels ?? []) offFor.set(label, (offFor.get(label) ?? new Set()).add(reason));
  }
  const detectorsFor = new Map<string, readonly ValueDetector[]>(
    [...offFor].map(([label, off]) => [label, everywhere.filter(({ reason }) => !off.has(reason))]),
  );

  return (labelName, value) => {
    if (value.length > maxValueLength) return 'too-long';
    if (isPlainText(value)) return undefined;
    if (LONE_SURROGATE.test(value)) return 'malformed-text';
    if (INVISIBLE.test(value)) return 'invisible-characters';
    const detectors = detectorsFor.get(labelName) ?? everywhere;
    return detectors.find((detector) => detector.found(value))?.reason;
  };
}
