/** Rules that contradict themselves or each other. Thrown while a policy is defined, never while it judges. */
export class LabelPolicyError extends Error {
  override readonly name = 'LabelPolicyError';
  /** Stable across releases, for programs. */
  readonly code = 'LABEL_POLICY_INVALID';
  /** Every problem found, a sentence each; declared values are named by label and position only. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(['the label policy is invalid:', ...problems.map((problem) => `  - ${problem}`)].join('\n'));
    this.problems = problems;
  }
}
