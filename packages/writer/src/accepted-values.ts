import type { LabelPolicy, ValueViolationReason } from '@promshard/label-policy';

/** Values remembered for each label: enough for labels that have few, and no burden for those that have many. */
const REMEMBERED = 64;

/**
 * Asks a policy about the label values of one metric, and remembers those that it accepts: a value of a label with
 * few is judged once, and a label of bounded values has no more of them than the policy declares.
 */
export class AcceptedValues {
  private policy: LabelPolicy | undefined;
  private readonly valuesByLabel = new Map<string, Set<string>>();

  /** Why a value is refused; undefined where it is accepted. Another policy than last time makes a new start. */
  judge(policy: LabelPolicy, label: string, value: string): string | undefined {
    if (policy !== this.policy) {
      this.policy = policy;
      this.valuesByLabel.clear();
    }
    const values = this.valuesByLabel.get(label) ?? new Set();
    if (values.has(value)) return undefined;
    const violation = policy.checkValue(label, value);
    if (violation !== undefined) return violation.reason;
    const maxDistinct = policy.maxDistinct(label);
    if (maxDistinct !== undefined && values.size >= maxDistinct) {
      return 'too-many-values' satisfies ValueViolationReason;
    }
    if (maxDistinct !== undefined || values.size < REMEMBERED) {
      values.add(value);
      this.valuesByLabel.set(label, values);
    }
    return undefined;
  }
}
