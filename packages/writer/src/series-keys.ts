import { compareCodePoints, encodeKey } from '@promshard/shard-format';

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

/** What stands before and behind the labels in the keys of a sample. */
export interface KeyFrame {
  readonly head: string;
  readonly tail: string;
}

/** The frame of a sample's keys. */
export function keyFrame(family: string, sample: string, help: string): KeyFrame {
  const empty = encodeKey({ family, sample, labels: {}, help });
  const tail = encodeKey({ family: '', sample: '', labels: {}, help }).slice('["", "", {'.length);
  return { head: empty.slice(0, empty.length - tail.length), tail };
}

/** Writes the keys of a metric's series: what they have in common is encoded once. */
export class SeriesKeys {
  private readonly pairs: LabelPairs;
  private readonly frames: readonly KeyFrame[];

  /** All labels that keys may have. */
  readonly labelNames: readonly string[];

  /** @param samples - The names of a series' samples, in the order of its entries. */
  constructor(family: string, samples: readonly string[], help: string, labelNames: readonly string[]) {
    this.labelNames = labelNames;
    this.pairs = new LabelPairs(labelNames);
    this.frames = samples.map((sample) => keyFrame(family, sample, help));
  }

  /** The keys of one label set. */
  of(labels: LabelTexts): string[] {
    const pairs = this.pairs.of(labels);
    return this.frames.map(({ head, tail }) => head + pairs + tail);
  }
}

/** Whether a text stands for itself between quotes. */
const IS_PLAIN = /^[ !#-[\]-~]*$/;

function jsonString(text: string): string {
  if (IS_PLAIN.test(text)) return `"${text}"`;
  const key = encodeKey({ family: text, sample: '', labels: {}, help: '' });
  return key.slice(1, key.length - ', "", {}, ""]'.length);
}
