import { goFloat } from '@promshard/shard-format';
import { newLine, type Line } from './line.js';
import type { Label } from './snapshot.js';

/** Makes the lines of a family's histograms, of which all have the same names, and those of one bound the same label. */
export class HistogramLines {
  readonly #bucketName: string;
  readonly #countName: string;
  readonly #sumName: string;
  readonly #bounds = new Map<number, Label>();

  constructor(family: string) {
    this.#bucketName = `${family}_bucket`;
    this.#countName = `${family}_count`;
    this.#sumName = `${family}_sum`;
  }

  bucket(labels: readonly Label[], bound: number): Line {
    let label = this.#bounds.get(bound);
    if (label === undefined) this.#bounds.set(bound, (label = ['le', goFloat(bound)]));
    return newLine(this.#bucketName, [...labels, label]);
  }

  count(labels: readonly Label[]): Line {
    return newLine(this.#countName, labels);
  }

  sum(labels: readonly Label[]): Line {
    return newLine(this.#sumName, labels);
  }
}
