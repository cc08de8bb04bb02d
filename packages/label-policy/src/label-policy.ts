import type { DomainTypes } from './label-domain.js';

/** The value that stands in for one that the policy refuses. */
export const REPLACED_VALUE = '__other__';

/** The value of every label of the one series that takes what exceeds a metric's series budget. */
export const OVERFLOW_VALUE = '__overflow__';

/** Why a label name is refused. */
export type NameViolationReason = 'invalid-name' | 'reserved-name' | 'forbidden-name' | 'undeclared-name';

/** What the detectors find; each has a file of its own in `detectors`. */
export type DetectedReason =
  | 'uuid'
  | 'email'
  | 'token'
  | 'url-query'
  | 'home-path'
  | 'iban'
  | 'card-number'
  | 'mac'
  | 'ip'
  | 'ulid'
  | 'object-id'
  | 'timestamp'
  | 'phone'
  | 'long-number'
  | 'high-entropy';

/** Why a label value is refused. */
export type ValueViolationReason =
  | 'too-long'
  | 'malformed-text'
  | 'invisible-characters'
  | DetectedReason
  | 'undeclared-value'
  /** One more value than `bounded` allows; the writer's to find, since a policy remembers nothing. */
  | 'too-many-values';

/** A refused label name or value. It never carries the value: a violation may be logged as it is. */
export interface LabelViolation {
  readonly reason: NameViolationReason | ValueViolationReason;
  readonly labelName: string;
}

/** A metric whose declared labels have more value combinations than its budget has series. */
export interface BudgetViolation {
  readonly reason: 'over-budget';
  readonly metric: string;
  /** How many values each label may have; labels without a declared domain are not in it. */
  readonly sizes: readonly (readonly [labelName: string, values: number])[];
  /** The product of the sizes. */
  readonly series: number;
  readonly budget: number;
}

/** The declared labels of a policy, each with the type of its values. */
export type LabelTypesOf<P> = P extends { readonly labelTypes?: infer L } ? NonNullable<L> : never;

/**
 * Which label names and values may exist, and how many series.
 *
 * Immutable and without side effects: equal arguments always give equal answers, so a caller may remember them.
 *
 * @typeParam L - The declared labels, each with the type of its values.
 */
export interface LabelPolicy<L extends DomainTypes = DomainTypes> {
  readonly mode: 'standard' | 'strict';
  /** Carries the type of the declared labels; never there at run time. */
  readonly labelTypes?: L;
  /** How many series one metric may have in one process before further ones are counted together. */
  readonly maxSeriesPerMetric: number;
  /** How many series all metrics of one process may have together. */
  readonly maxSeriesPerProcess: number;
  /** The budget of one metric: its own, or {@link LabelPolicy.maxSeriesPerMetric}. */
  seriesBudget(metric: string): number;
  /** Judges a label name when a metric is declared; a violation is a mistake in the program. */
  checkName(labelName: string): LabelViolation | undefined;
  /** Judges a metric's labels together when it is declared: whether their declared values fit in its budget. */
  checkBudget(metric: string, labelNames: readonly string[]): BudgetViolation | undefined;
  /**
   * Judges a label value when a series is created, in time linear in the value's length; the caller puts what
   * {@link LabelPolicy.substitute} gives in the place of a refused one.
   */
  checkValue(labelName: string, value: string): LabelViolation | undefined;
  /**
   * What a refused value is counted under: another value, or undefined for a series without the label. A path of a
   * declared route becomes its template; all else goes by the policy's `onViolation`.
   */
  substitute(labelName: string, value: string): string | undefined;
  /** How many different values a label may have in one metric of one process; undefined where nothing is declared. */
  maxDistinct(labelName: string): number | undefined;
  /** The value to count a free text under: itself if the label may have it, else its substitute. */
  value<K extends keyof L & string>(labelName: K, text: string): L[K];
  /**
   * The route of a request's path, for a label: of the declared templates (of all route labels) the one that
   * matches, or {@link REPLACED_VALUE}. Without declared templates, the path itself with placeholders for its ids.
   * Never holds the query. Takes time linear in the path's length.
   */
  normalizeRoute(path: string): string;
}
