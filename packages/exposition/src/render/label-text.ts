import type { LabelPair } from '../model.js';
import { escapeQuoted } from './escape.js';
import { plainLabelName } from './plain-name.js';

/** Label arrays that cannot be written are remembered as this. */
const UNWRITABLE = null;

/**
 * What was written for each label array, by its identity. The text is the same in both formats and for every
 * sample name, so `x_sum` and `x_count` may share an array. Entries go when their array goes.
 */
const written = new WeakMap<readonly LabelPair[], string | typeof UNWRITABLE>();

/**
 * Writes `{a="b",c="d"}`, or nothing for no labels.
 *
 * @returns Undefined if the labels cannot be written truthfully: two of them have one name (also after foreign
 *   characters became underscores), or one is `__name__`.
 */
export function labelText(labels: readonly LabelPair[]): string | undefined {
  if (labels.length === 0) return '';
  let text = written.get(labels);
  if (text === undefined) {
    text = writeLabels(labels) ?? UNWRITABLE;
    written.set(labels, text);
  }
  return text ?? undefined;
}

function writeLabels(labels: readonly LabelPair[]): string | undefined {
  const names = new Set(['__name__']);
  let text = '';
  for (const [name, value] of labels) {
    const plain = plainLabelName(name);
    if (names.has(plain)) return undefined;
    names.add(plain);
    text += `${text === '' ? '{' : ','}${plain}="${escapeQuoted(value)}"`;
  }
  return `${text}}`;
}
