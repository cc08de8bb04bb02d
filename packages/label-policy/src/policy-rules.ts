import { VALUE_DETECTORS } from './detectors/registry.js';
import type { ValueDetector } from './detectors/value-detector.js';

/** What a detector is called in the rules: the reason that its violations name. */
export type ValueCheckName = ValueDetector['reason'];

/** Which values a declared label may take: the listed ones, or any that the value checks pass. */
export type LabelDomain = readonly string[] | 'checked';

/** A value check that does not run. */
export interface SwitchedOff {
  /** Why such values are safe here: a sentence for the reader, not empty. */
  readonly offBecause: string;
}

/** Rules that both modes know. */
export interface CommonRules {
  /** Series of one metric in one process; 2000 by default. */
  readonly maxSeriesPerMetric?: number | undefined;
  /** Further names to forbid; each also forbids names that hold its words side by side, in any spelling. */
  readonly forbiddenNames?: readonly string[] | undefined;
  /** Forbidden names to allow all the same, spelled exactly, each with a written reason. Values stay checked. */
  readonly allowNames?: Readonly<Record<string, string>> | undefined;
  /** Value checks to switch off, each with a written reason. */
  readonly valueChecks?: { readonly [K in ValueCheckName]?: SwitchedOff | undefined } | undefined;
  /** Longest value in UTF-16 code units; 256 by default. */
  readonly maxValueLength?: number | undefined;
}

/** Any label may be declared whose name is not forbidden. */
export interface StandardRules extends CommonRules {
  readonly mode?: 'standard' | undefined;
}

/** Only the labels listed here may be declared, with the values listed here. */
export interface StrictRules extends CommonRules {
  readonly mode: 'strict';
  readonly labels: Readonly<Record<string, LabelDomain>>;
}

/** What {@link definePolicy} takes. */
export type PolicyRules = StandardRules | StrictRules;

/** Bounds that are no positive whole numbers, exceptions without a reason, checks that do not exist. */
export function ruleProblems(rules: PolicyRules): string[] {
  const { maxSeriesPerMetric, maxValueLength } = rules;
  return [...boundProblems({ maxSeriesPerMetric, maxValueLength }), ...reasonProblems(rules)];
}

function boundProblems(bounds: Readonly<Record<string, number | undefined>>): string[] {
  return Object.entries(bounds)
    .filter(([, bound]) => bound !== undefined && (!Number.isSafeInteger(bound) || bound < 1))
    .map(
      ([name, bound]) =>
        `${name} is ${String(bound)}; expected a whole number from 1, for example ${name}: 500`,
    );
}

function reasonProblems({ allowNames = {}, valueChecks = {} }: CommonRules): string[] {
  const known = new Set<string>(VALUE_DETECTORS.map(({ reason }) => reason));
  return [
    ...Object.entries(allowNames)
      .filter(([, reason]) => !isReason(reason))
      .map(
        ([name]) =>
          `allowNames.${name} has no reason; expected a sentence that says why the name is safe here`,
      ),
    ...Object.entries(valueChecks)
      .filter(([name, rule]) => known.has(name) && rule !== undefined && !isReason(rule.offBecause))
      .map(
        ([name]) =>
          `valueChecks.${name} has no reason; expected { offBecause: 'why such values are safe here' }`,
      ),
    ...Object.keys(valueChecks)
      .filter((name) => !known.has(name))
      .map((name) => `valueChecks.${name} names no check; expected one of ${[...known].join(', ')}`),
  ];
}

function isReason(text: unknown): boolean {
  return typeof text === 'string' && text.trim() !== '';
}
