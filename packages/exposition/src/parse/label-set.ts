import type { LabelPair } from '../model.js';
import type { LineCursor } from './line-cursor.js';
import { shownName } from './name-token.js';

/** Collects the labels of one sample and refuses names that may not be there. */
export class LabelSet {
  readonly pairs: LabelPair[] = [];
  readonly #names = new Set<string>();

  /**
   * Notes a name that was just read, so that errors point at it rather than at the value.
   *
   * @param at - The index in the line where the name starts.
   */
  checkName(name: string, cursor: LineCursor, at: number): void {
    if (name === '__name__') {
      throw cursor.error(
        'reserved-label',
        'the label name __name__ stands for the metric name and cannot be used',
        at,
      );
    }
    if (this.#names.has(name)) {
      throw cursor.error('duplicate-label', `the label ${shownName(name)} is there already`, at);
    }
    this.#names.add(name);
  }

  add(name: string, value: string): void {
    this.pairs.push([name, value]);
  }
}

/** The value of a label, by name. */
export function labelValue(labels: readonly LabelPair[], name: string): string | undefined {
  return labels.find((pair) => pair[0] === name)?.[1];
}

/**
 * A text that is equal for equal label sets, whatever their order. An empty value is as good as no label, in
 * Prometheus' data model and in OpenMetrics.
 *
 * @param without - A label name to leave aside, as `le` where all buckets of a histogram are looked for.
 */
export function labelSetKey(labels: readonly LabelPair[], without?: string): string {
  if (labels.length === 0) return '[]';
  const pairs = labels.filter(([name, value]) => name !== without && value !== '');
  if (pairs.length > 1) pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return JSON.stringify(pairs);
}
