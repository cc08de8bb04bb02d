/**
 * Which labels may go out; that of `@promshard/label-policy` fits. A violation is whatever is not undefined.
 *
 * A label whose name is forbidden is left out, and the series that then are equal are combined; so totals stay
 * right. A forbidden value is replaced by what `substitute` gives, by `__other__` without it.
 */
export interface OutgoingLabelPolicy {
  checkName(labelName: string): unknown;
  checkValue(labelName: string, value: string): { readonly reason: string } | undefined;
  /** Undefined leaves the label out. */
  substitute?(labelName: string, value: string): string | undefined;
}

/** What becomes of a label on its way out. */
export type OutgoingLabel =
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'dropped' | 'forbidden-name' };

/** What stands in for a value that may not go out. */
export const REPLACED_VALUE = '__other__';

/** The writers' own counter of violations, whose labels no policy declares. */
const VIOLATIONS_FAMILY = 'multiproc_label_violations';
const VIOLATIONS_LABELS: ReadonlySet<string> = new Set(['metric', 'label', 'reason']);
/** What names and reasons are made of; nothing else passes under the family's name. */
const IDENTIFIER = /^[a-zA-Z_:][a-zA-Z0-9_:-]{0,255}$/;

/** Judges one label of a series. */
export function outgoingLabel(
  policy: OutgoingLabelPolicy | undefined,
  family: string,
  name: string,
  value: string,
): OutgoingLabel {
  if (policy === undefined) return { kind: 'value', value };
  const isOwn = family === VIOLATIONS_FAMILY && VIOLATIONS_LABELS.has(name);
  if (!isOwn && policy.checkName(name) !== undefined) return { kind: 'forbidden-name' };
  const violation = policy.checkValue(name, value);
  if (violation === undefined) return { kind: 'value', value };
  if (isOwn) {
    const isFine = violation.reason === 'undeclared-value' && IDENTIFIER.test(value);
    return { kind: 'value', value: isFine ? value : REPLACED_VALUE };
  }
  const substitute = policy.substitute === undefined ? REPLACED_VALUE : policy.substitute(name, value);
  return substitute === undefined ? { kind: 'dropped' } : { kind: 'value', value: substitute };
}

/** Ids that the writers of promshard and of Python give themselves: a process id, a thread's, a nonce. */
const OWN_ID = /^[0-9]{1,10}(?:t[0-9]{1,10})?(?:-[0-9a-f]{16})?$/;

/** Whether a writer's name may go out as a `pid` label. File names and owner records are foreign, too. */
export function isOutgoingWriter(policy: OutgoingLabelPolicy | undefined, writer: string): boolean {
  if (policy === undefined || OWN_ID.test(writer)) return true;
  const violation = policy.checkValue('pid', writer);
  return violation === undefined || violation.reason === 'undeclared-value';
}

/**
 * A state of a state set on its way out. Its label has the metric's name, which no policy knows; so a state need not be
 * declared, and must be none of what a detector finds.
 */
export function outgoingState(policy: OutgoingLabelPolicy | undefined, name: string, state: string): string {
  const violation = policy?.checkValue(name, state);
  return violation === undefined || violation.reason === 'undeclared-value' ? state : REPLACED_VALUE;
}
