import type { LabelPair } from './model.js';

/** The most code points that an exemplar's label names and values may have together (OpenMetrics 1.0, "Exemplars"). */
export const EXEMPLAR_CODE_POINTS = 128;

/** Counts the code points of all label names and values together. */
export function labelCodePoints(labels: readonly LabelPair[]): number {
  let count = 0;
  for (const [name, value] of labels) count += codePoints(name) + codePoints(value);
  return count;
}

function codePoints(text: string): number {
  let count = text.length;
  for (let at = 0; at < text.length - 1; at++) {
    if ((text.charCodeAt(at) & 0xfc00) !== 0xd800 || (text.charCodeAt(at + 1) & 0xfc00) !== 0xdc00) continue;
    count--;
    at++;
  }
  return count;
}
