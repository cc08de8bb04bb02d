import { shownName } from './metric-name.js';
import type { Label } from './snapshot.js';

// What JSON writes otherwise than it is: told first, since nearly all values are plain.
// oxlint-disable-next-line no-control-regex -- JSON escapes control characters
const NEEDS_JSON = /["\\\u0000-\u001f\ud800-\udfff]/;

/** A label as it was written last in its place. */
interface WrittenLabel {
  readonly label: Label;
  /** The name and what stands between it and the value. */
  readonly name: string;
  readonly text: string;
}

/** Writes label sets as texts. Most labels of a set are those of the set before, in the same places, and written already. */
export class LabelIdentity {
  readonly #written: WrittenLabel[] = [];
  #labels: readonly Label[] | undefined;
  #identity = '';

  /**
   * The same text for label sets that Prometheus takes as equal, and for these only: to it, a label with an empty value is no
   * label.
   */
  of(labels: readonly Label[]): string {
    // Buckets of one histogram: a text that was looked up before is looked up faster.
    if (labels === this.#labels) return this.#identity;
    let identity = '';
    for (let i = 0; i < labels.length; i++) {
      const label = labels[i] as Label;
      let written = this.#written[i];
      if (written?.label !== label) this.#written[i] = written = write(label, written);
      identity += written.text;
    }
    this.#labels = labels;
    this.#identity = identity;
    return identity;
  }
}

function write(label: Label, before: WrittenLabel | undefined): WrittenLabel {
  const [labelName, value] = label;
  const name = before?.label[0] === labelName ? before.name : `${shownName(labelName)}=`;
  if (value === '') return { label, name, text: '' };
  return { label, name, text: `${name}${NEEDS_JSON.test(value) ? JSON.stringify(value) : `"${value}"`},` };
}
