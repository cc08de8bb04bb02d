import { compareCodePoints, encodeKey } from '@promshard/shard-format';

import type { CellEntries } from './cell-entries.js';
import { keyFrame, KeyFrames } from './key-frames.js';

/** Texts of a label set, by label name. */
export type LabelTexts = Readonly<Record<string, string>>;

/** The labels of keys, without the braces around them: `"a": "1", "b": "2"`, in the order of Python's writer. */
export class LabelPairs {
  private readonly names: readonly string[];
  /** `"name": ` of each. */
  private readonly openings: readonly string[];

  /** @param names - Of any order; what they leave out of a label set is not written. */
  constructor(names: readonly string[]) {
    this.names = names.toSorted(compareCodePoints);
    this.openings = this.names.map((name) => {
      const key = encodeKey({ family: '', sample: '', labels: { [name]: '' }, help: '' });
      return key.slice('["", "", {'.length, key.length - '""}, ""]'.length);
    });
  }

  of(labels: LabelTexts): string {
    const { names, openings } = this;
    let text = '';
    for (let i = 0; i < names.length; i++) {
      const value: unknown = labels[names[i] ?? ''];
      // A label that is absent, even if its name is that of something every object has.
      if (typeof value !== 'string') continue;
      if (text !== '') text += ', ';
      text += (openings[i] ?? '') + jsonString(value);
    }
    return text;
  }
}

/** Writes the keys of a metric's series: what they have in common is encoded once. */
export class SeriesKeys {
  private readonly pairs: LabelPairs;
  private readonly frames: KeyFrames;

  /** All labels that keys may have. */
  readonly labelNames: readonly string[];

  /** @param samples - The names of a series' samples, in the order of its entries. */
  constructor(family: string, samples: readonly string[], help: string, labelNames: readonly string[]) {
    this.labelNames = labelNames;
    this.pairs = new LabelPairs(labelNames);
    this.frames = new KeyFrames(samples.map((sample) => keyFrame(family, sample, help)));
  }

  /** The keys of one label set. */
  of(labels: LabelTexts): string[] {
    return this.frames.keysOf(this.pairs.of(labels), '');
  }

  /** The entries of those keys. */
  entriesOf(labels: LabelTexts): CellEntries {
    return this.frames.entriesOf(this.pairs.of(labels), '');
  }
}

/** Whether a text stands for itself between quotes. */
const IS_PLAIN = /^[ !#-[\]-~]*$/;

function jsonString(text: string): string {
  if (IS_PLAIN.test(text)) return `"${text}"`;
  const key = encodeKey({ family: text, sample: '', labels: {}, help: '' });
  return key.slice(1, key.length - ', "", {}, ""]'.length);
}
