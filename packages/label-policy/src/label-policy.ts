/** The value that stands in for one that the policy refuses. */
export const REPLACED_VALUE = '__other__';

/** The value of every label of the one series that takes what exceeds a metric's series budget. */
export const OVERFLOW_VALUE = '__overflow__';

/** Why a label name is refused. */
export type NameViolationReason = 'invalid-name' | 'reserved-name' | 'forbidden-name' | 'undeclared-name';

/** Why a label value is refused. */
export type ValueViolationReason =
  | 'too-long'
  | 'malformed-text'
  | 'uuid'
  | 'email'
  | 'ip'
  | 'undeclared-value';

/** A refused label name or value. It never carries the value: a violation may be logged as it is. */
export interface LabelViolation {
  readonly reason: NameViolationReason | ValueViolationReason;
  readonly labelName: string;
}

/**
 * Which label names and values may exist, and how many series.
 *
 * Immutable and without side effects: equal arguments always give equal answers, so a caller may remember them.
 */
export interface LabelPolicy {
  /** How many series one metric may have in one process before further ones are counted together. */
  readonly maxSeriesPerMetric: number;
  /** Judges a label name when a metric is declared; a violation is a mistake in the program. */
  checkName(labelName: string): LabelViolation | undefined;
  /**
   * Judges a label value when a series is created, in time linear in the value's length; the caller puts
   * {@link REPLACED_VALUE} in the place of a refused one.
   */
  checkValue(labelName: string, value: string): LabelViolation | undefined;
}
