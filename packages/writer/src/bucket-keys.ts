import { compareCodePoints, goFloat } from '@promshard/shard-format';

import type { CellEntries } from './cell-entries.js';
import { keyFrame, KeyFrames } from './key-frames.js';
import { LabelPairs, type LabelTexts } from './series-keys.js';

/**
 * Writes the keys of a histogram series. They differ in `le` alone, so the labels around it, which is where the work
 * is, are encoded once for all buckets.
 */
export class BucketKeys {
  private readonly before: LabelPairs;
  private readonly behind: LabelPairs;
  private readonly newFrames: (start: string, end: string) => KeyFrames;
  /** By whether there are labels before `le`, and behind it. */
  private readonly frames: (KeyFrames | undefined)[] = [undefined, undefined, undefined, undefined];

  /** All labels that keys may have, but for `le`. */
  readonly labelNames: readonly string[];

  constructor(family: string, help: string, bounds: Float64Array, labelNames: readonly string[]) {
    this.labelNames = labelNames;
    this.before = new LabelPairs(labelNames.filter((name) => compareCodePoints(name, 'le') < 0));
    this.behind = new LabelPairs(labelNames.filter((name) => compareCodePoints(name, 'le') > 0));
    this.newFrames = (start, end) => {
      const opening = start === '' ? '' : ', ';
      const closing = end === '' ? '' : ', ';
      return new KeyFrames([
        keyFrame(family, `${family}_sum`, help, start === '' ? '' : closing),
        ...Array.from([...bounds, Infinity], (bound) =>
          keyFrame(family, `${family}_bucket`, help, `${opening}"le": "${goFloat(bound)}"${closing}`),
        ),
      ]);
    };
  }

  /** The key of the sum, then those of the buckets, as Python's writer orders them. */
  of(labels: LabelTexts): string[] {
    const [start, end] = [this.before.of(labels), this.behind.of(labels)];
    return this.framesOf(start, end).keysOf(start, end);
  }

  /** The entries of those keys. */
  entriesOf(labels: LabelTexts): CellEntries {
    const start = this.before.of(labels);
    const end = this.behind.of(labels);
    return this.framesOf(start, end).entriesOf(start, end);
  }

  private framesOf(start: string, end: string): KeyFrames {
    return (this.frames[(start === '' ? 0 : 1) + (end === '' ? 0 : 2)] ??= this.newFrames(start, end));
  }
}
