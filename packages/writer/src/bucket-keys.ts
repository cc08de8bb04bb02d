import { compareCodePoints, goFloat } from '@promshard/shard-format';

import { keyFrame, LabelPairs, type KeyFrame, type LabelTexts } from './series-keys.js';

/**
 * Writes the keys of a histogram series. They differ in `le` alone, so the labels around it, which is where the work
 * is, are encoded once for all buckets.
 */
export class BucketKeys {
  private readonly before: LabelPairs;
  private readonly behind: LabelPairs;
  private readonly sum: KeyFrame;
  private readonly bucket: KeyFrame;
  /** `"le": "…"` of each bucket, ascending, `+Inf` last. */
  private readonly bounds: readonly string[];

  /** All labels that keys may have, but for `le`. */
  readonly labelNames: readonly string[];

  constructor(family: string, help: string, bounds: Float64Array, labelNames: readonly string[]) {
    this.labelNames = labelNames;
    this.before = new LabelPairs(labelNames.filter((name) => compareCodePoints(name, 'le') < 0));
    this.behind = new LabelPairs(labelNames.filter((name) => compareCodePoints(name, 'le') > 0));
    this.sum = keyFrame(family, `${family}_sum`, help);
    this.bucket = keyFrame(family, `${family}_bucket`, help);
    this.bounds = [...bounds, Infinity].map((bound) => `"le": "${goFloat(bound)}"`);
  }

  /** The key of the sum, then those of the buckets, as Python's writer orders them. */
  of(labels: LabelTexts): string[] {
    const { sum, bucket } = this;
    const start = this.before.of(labels);
    const end = this.behind.of(labels);
    const opening = start === '' ? bucket.head : `${bucket.head}${start}, `;
    const closing = end === '' ? bucket.tail : `, ${end}${bucket.tail}`;
    const between = start === '' || end === '' ? '' : ', ';
    const keys = [sum.head + start + between + end + sum.tail];
    for (const bound of this.bounds) keys.push(opening + bound + closing);
    return keys;
  }
}
