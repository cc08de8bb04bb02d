import type { LabelPolicy } from '@promshard/label-policy';

import { WriterError } from './writer-error.js';

/** @throws {@link WriterError} `LABEL_FORBIDDEN` where the policy does not allow a metric's label name. */
export function checkLabelName(policy: LabelPolicy, metric: string, labelName: string): void {
  const violation = policy.checkName(labelName);
  if (violation === undefined) return;
  throw new WriterError(
    'LABEL_FORBIDDEN',
    `Metric ${metric} may not have the label "${labelName}": the label policy says ${violation.reason}. ` +
      'Choose a label with few values, or give openShardStore() a labelPolicy that allows it.',
  );
}
