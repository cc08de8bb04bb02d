import type { LabelPolicy } from '@promshard/label-policy';

import { WriterError } from './writer-error.js';

/** A metric, as far as a set looks at it: its labels are checked when another policy comes. */
export interface DeclaredMetric {
  readonly name: string;
  readonly labelNames: readonly string[];
}

/**
 * @throws {@link WriterError} `LABEL_FORBIDDEN` where the policy does not allow a metric's label name, and
 *   `SERIES_BUDGET_EXCEEDED` where the values that it declares for the labels make more series than the metric may have.
 */
export function checkLabels(policy: LabelPolicy, { name, labelNames }: DeclaredMetric): void {
  for (const labelName of labelNames) {
    const violation = policy.checkName(labelName);
    if (violation === undefined) continue;
    throw new WriterError(
      'LABEL_FORBIDDEN',
      `Metric ${name} may not have the label "${labelName}": the label policy says ${violation.reason}. ` +
        'Choose a label with few values, or give openShardStore() a labelPolicy that allows it.',
    );
  }
  const excess = policy.checkBudget(name, labelNames);
  if (excess === undefined) return;
  const sizes = excess.sizes.map(([labelName, values]) => `${labelName} (${values})`).join(' × ');
  throw new WriterError(
    'SERIES_BUDGET_EXCEEDED',
    `Metric ${name} could have ${excess.series} series: ${sizes}; the label policy allows ${excess.budget}. ` +
      `Declare fewer values or labels, or a budget of its own: seriesBudgets: { ${name}: ${excess.series} }.`,
  );
}

const LABEL_NAME = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/;

/**
 * Checks names of labels that a metric's series get beside its own.
 *
 * @throws {@link WriterError} `LABEL_FORBIDDEN` where one is no label name, or the metric has it itself.
 */
export function checkMoreLabels(name: string, own: readonly string[], more: readonly string[]): void {
  const wrong = more.find((labelName) => !LABEL_NAME.test(labelName) || own.includes(labelName));
  if (wrong === undefined) return;
  const why = own.includes(wrong) ? 'the metric has it itself' : 'it is no label name';
  throw new WriterError('LABEL_FORBIDDEN', `Metric ${name} may not say anything of "${wrong}": ${why}.`);
}
