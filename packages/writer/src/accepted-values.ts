import type { LabelPolicy } from '@promshard/label-policy';

/** Values remembered for each label: enough for labels that have few, and no burden for those that have many. */
const REMEMBERED = 64;

/** Remembers which label values a policy has accepted, so that a label with few values is judged once for each. */
export class AcceptedValues {
  private policy: LabelPolicy | undefined;
  private readonly valuesByLabel = new Map<string, Set<string>>();

  /** Whether this policy is known to accept the value; another policy than last time makes a new start. */
  has(policy: LabelPolicy, label: string, value: string): boolean {
    if (policy !== this.policy) {
      this.policy = policy;
      this.valuesByLabel.clear();
    }
    return this.valuesByLabel.get(label)?.has(value) ?? false;
  }

  /** Notes that the policy last asked about accepts the value. */
  add(label: string, value: string): void {
    let values = this.valuesByLabel.get(label);
    if (values === undefined) {
      values = new Set();
      this.valuesByLabel.set(label, values);
    }
    if (values.size < REMEMBERED) values.add(value);
  }
}
