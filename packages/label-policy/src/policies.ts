import { definePolicy } from './define-policy.js';
import type { LabelPolicy } from './label-policy.js';

/** The policy that applies unless another is given: `definePolicy()`. */
export const standardPolicy: LabelPolicy = definePolicy();

/**
 * Nothing is declared, so no label may be: for metrics that are totals only. A strict policy with labels is
 * `definePolicy({ mode: 'strict', labels: { … } })`.
 */
// oxlint-disable-next-line typescript/no-generated-empty-object-type -- no label at all is what is meant
export const strictPolicy: LabelPolicy<Readonly<Record<never, string>>> & { readonly mode: 'strict' } =
  definePolicy({ mode: 'strict', labels: {} });
