import type { Sample } from './snapshot.js';

/** Samples that become those of the time before, the same array, if they are the same. */
export class SampleList {
  readonly #before: readonly Sample[];
  #same = 0;
  #samples: Sample[] | undefined;

  constructor(before: readonly Sample[]) {
    this.#before = before;
  }

  push(sample: Sample): void {
    if (this.#samples !== undefined) this.#samples.push(sample);
    else if (this.#before[this.#same] === sample) this.#same++;
    else (this.#samples = this.#before.slice(0, this.#same)).push(sample);
  }

  take(): readonly Sample[] {
    if (this.#samples !== undefined) return this.#samples;
    return this.#same === this.#before.length ? this.#before : this.#before.slice(0, this.#same);
  }
}
