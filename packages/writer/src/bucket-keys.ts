import { compareCodePoints, encodeKey, goFloat } from '@promshard/shard-format';

/** Texts of a label set, by label name. */
export type LabelTexts = Readonly<Record<string, string>>;

/**
 * Writes the keys of a histogram series. They differ in `le` alone, so the labels around it, which is where the work
 * is, are encoded once for all buckets.
 */
export class BucketKeys {
  private readonly family: string;
  private readonly help: string;
  /** What stands before and behind the labels in a bucket's key. */
  private readonly head: string;
  private readonly tail: string;
  /** `"le": "…"` of each bucket, ascending, `+Inf` last. */
  private readonly bounds: readonly string[];

  constructor(family: string, help: string, bounds: Float64Array) {
    this.family = family;
    this.help = help;
    const empty = encodeKey({ family, sample: `${family}_bucket`, labels: {}, help });
    this.tail = encodeKey({ family: '', sample: '', labels: {}, help }).slice('["", "", {'.length);
    this.head = empty.slice(0, empty.length - this.tail.length);
    this.bounds = [...bounds, Infinity].map((bound) => `"le": "${goFloat(bound)}"`);
  }

  /** The key of the sum, then those of the buckets, as Python's writer orders them. */
  of(labels: LabelTexts): string[] {
    const { family, help, head, tail } = this;
    const before: Record<string, string> = {};
    const behind: Record<string, string> = {};
    for (const name in labels) {
      (compareCodePoints(name, 'le') < 0 ? before : behind)[name] = labels[name] ?? '';
    }
    const start = this.pairs(before);
    const end = this.pairs(behind);
    const opening = start === '' ? head : `${head}${start}, `;
    const closing = end === '' ? tail : `, ${end}${tail}`;
    const keys = [encodeKey({ family, sample: `${family}_sum`, labels, help })];
    for (const bound of this.bounds) keys.push(opening + bound + closing);
    return keys;
  }

  /** The labels of a key without the braces around them. */
  private pairs(labels: LabelTexts): string {
    const key = encodeKey({ family: '', sample: '', labels, help: '' });
    return key.slice('["", "", {'.length, key.length - '}, ""]'.length);
  }
}
