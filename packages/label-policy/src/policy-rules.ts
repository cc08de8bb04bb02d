import type { LabelDomain } from './label-domain.js';
import type { DetectedReason } from './label-policy.js';
import type { ViolationAction } from './violation-action.js';

/** What a detector is called in the rules: the reason that its violations name. */
export type ValueCheckName = DetectedReason;

/** A value check that does not run. */
export interface SwitchedOff {
  /** Why such values are safe here: a sentence for the reader, not empty. */
  readonly offBecause: string;
  /** The labels where it does not run; everywhere by default. */
  readonly labels?: readonly string[] | undefined;
}

/** Declared labels, each with the values that it may have; a list is short for `oneOf`. */
export type DeclaredLabels = Readonly<Record<string, LabelDomain | readonly string[]>>;

/** Rules that both modes know. */
export interface CommonRules {
  /** Series of one metric in one process; 2000 by default. */
  readonly maxSeriesPerMetric?: number | undefined;
  /** Series of all metrics in one process; 20,000 by default. */
  readonly maxSeriesPerProcess?: number | undefined;
  /** Budgets of single metrics, by name. */
  readonly seriesBudgets?: Readonly<Record<string, number>> | undefined;
  /** Further names to forbid; each also forbids names that hold its words side by side, in any spelling. */
  readonly forbiddenNames?: readonly string[] | undefined;
  /** Forbidden names to allow all the same, spelled exactly, each with a written reason. Values stay checked. */
  readonly allowNames?: Readonly<Record<string, string>> | undefined;
  /** Value checks to switch off, each with a written reason. */
  readonly valueChecks?: { readonly [K in ValueCheckName]?: SwitchedOff | undefined } | undefined;
  /** Longest value in UTF-16 code units; 256 by default. */
  readonly maxValueLength?: number | undefined;
  /** What happens to a refused value; `replace` by default. */
  readonly onViolation?: ViolationAction | undefined;
  /** What happens to refused values of single labels, by name. */
  readonly onViolationOf?: Readonly<Record<string, ViolationAction>> | undefined;
}

/** Any label may be declared whose name is not forbidden; those listed here have the values listed here. */
export interface StandardRules<D extends DeclaredLabels = DeclaredLabels> extends CommonRules {
  readonly mode?: 'standard' | undefined;
  readonly labels?: D | undefined;
}

/** Only the labels listed here may be declared, with the values listed here. */
export interface StrictRules<D extends DeclaredLabels = DeclaredLabels> extends CommonRules {
  readonly mode: 'strict';
  readonly labels: D;
}

/** What `definePolicy` takes. */
export type PolicyRules = StandardRules | StrictRules;
