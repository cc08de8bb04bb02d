import type { LabelPair, MetricFamily, MetricType, Sample } from '../model.js';

/** How a memory is bounded. */
export interface RenderMemoryOptions {
  /**
   * Families with more samples than this together are not remembered, so that a memory takes no more than about 150
   * bytes for each; 300,000 by default.
   */
  readonly maxSamples?: number;
}

const DEFAULT_MAX_SAMPLES = 300_000;

/**
 * What a rendering writes again and again: each series' name and labels, and the text of numbers that have not changed.
 * Give the same memory to every rendering of one directory, in whatever format, and most of a scrape is copying.
 *
 * A sample is known again by the identity of its `labels` array and its place in its family; the aggregator keeps
 * both. An array that was rendered must not be changed. What is not there in the next rendering is forgotten. The
 * output is the same without a memory.
 */
export class RenderMemory {
  readonly #maxSamples: number;
  #families = new Map<string, FamilyLines>();
  #next = new Map<string, FamilyLines>();
  #samples = 0;

  constructor({ maxSamples = DEFAULT_MAX_SAMPLES }: RenderMemoryOptions = {}) {
    this.#maxSamples = maxSamples;
  }

  /** Called by a rendering before its first family. */
  begin(): void {
    this.#next = new Map();
    this.#samples = 0;
  }

  /** What is remembered of a family's lines; undefined if it is not to be remembered. */
  linesOf({ name, type, samples }: MetricFamily): FamilyLines | undefined {
    if (this.#samples + samples.length > this.#maxSamples) return undefined;
    this.#samples += samples.length;
    const known = this.#families.get(name);
    const lines = known?.type === type ? known : new FamilyLines(type);
    lines.cut(samples.length);
    this.#next.set(name, lines);
    return lines;
  }

  /** Called by a rendering after its last family; one that is given up before then makes nothing forgotten. */
  end(): void {
    this.#families = this.#next;
  }
}

/**
 * The lines of one family, by the index of their sample, where they are the same in every format and escaping scheme.
 * Parallel arrays: a warm scrape walks through all of them.
 */
export class FamilyLines {
  readonly labels: (readonly LabelPair[] | undefined)[] = [];
  readonly sampleNames: string[] = [];
  /** Name, labels and the blank before the value. */
  readonly heads: string[] = [];
  readonly values: number[] = [];
  /** The value and the newline; empty until it was written. */
  readonly tails: string[] = [];

  readonly type: MetricType;

  constructor(type: MetricType) {
    this.type = type;
  }

  /** The line of a sample up to its value, if it was written before. */
  headOf(sample: Sample, at: number): string | undefined {
    const isKnown = this.labels[at] === sample.labels && this.sampleNames[at] === sample.name;
    return isKnown ? this.heads[at] : undefined;
  }

  remember(sample: Sample, at: number, head: string): void {
    this.#set(at, sample.labels, sample.name, head);
  }

  /** Leaves no hole: an array whose places all hold something of one kind is read faster. */
  forget(at: number): void {
    this.#set(at, undefined, '', '');
  }

  /** Forgets samples that are no longer there. */
  cut(sampleCount: number): void {
    if (this.labels.length <= sampleCount) return;
    for (const array of [this.labels, this.sampleNames, this.heads, this.values, this.tails]) {
      array.length = sampleCount;
    }
  }

  #set(at: number, labels: readonly LabelPair[] | undefined, sampleName: string, head: string): void {
    this.labels[at] = labels;
    this.sampleNames[at] = sampleName;
    this.heads[at] = head;
    this.values[at] = 0;
    this.tails[at] = '';
  }
}
