import type { LabelPair, MetricFamily, MetricType, Sample } from '../model.js';

/** How a memory is bounded. */
export interface RenderMemoryOptions {
  /** Bytes that it may take, roughly; what does not fit is written anew each time. 64 MiB by default. */
  readonly maxBytes?: number;
}

const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;

/** What a remembered line takes besides the characters of its head. */
const LINE_BYTES = 100;

/**
 * What a rendering writes again and again: each series' name and labels, and the text of numbers that have not changed.
 * Give the same memory to every rendering of one directory, in whatever format, and most of a scrape is copying.
 *
 * A sample is known again by its place in its family, and its identity or that of its `labels` array; the aggregator keeps
 * them. A sample or an array that was rendered must not be changed. What is not there in the next rendering is forgotten. The
 * output is the same without a memory.
 */
export class RenderMemory {
  readonly #maxBytes: number;
  #families = new Map<string, FamilyLines>();
  #next = new Map<string, FamilyLines>();
  #room: Room = { bytes: 0 };

  constructor({ maxBytes = DEFAULT_MAX_BYTES }: RenderMemoryOptions = {}) {
    this.#maxBytes = maxBytes;
  }

  /** Called by a rendering before its first family. */
  begin(): void {
    this.#next = new Map();
    // A new object: lines of a rendering that was given up, or goes on, must not give room back to this one.
    this.#room = { bytes: this.#maxBytes };
    for (const lines of this.#families.values()) this.#room.bytes -= lines.bytes;
  }

  /** What is remembered of a family's lines. */
  linesOf({ name, type, samples }: MetricFamily): FamilyLines {
    const known = this.#families.get(name);
    const lines = known?.type === type ? known : new FamilyLines(type);
    lines.room = this.#room;
    lines.cut(samples.length);
    this.#next.set(name, lines);
    return lines;
  }

  /** Called by a rendering after its last family; one that is given up before then makes nothing forgotten. */
  end(): void {
    this.#families = this.#next;
  }
}

/** What a memory may still take. */
interface Room {
  bytes: number;
}

/**
 * The lines of one family, by the index of their sample, where they are the same in every format and escaping scheme.
 * Parallel arrays: a warm scrape walks through all of them.
 */
export class FamilyLines {
  readonly type: MetricType;
  room: Room = { bytes: 0 };
  /** What these lines take. */
  bytes = 0;
  readonly #labels: (readonly LabelPair[] | undefined)[] = [];
  readonly #sampleNames: string[] = [];
  /** Name, labels and the blank before the value. */
  readonly #heads: string[] = [];
  readonly #values: number[] = [];
  /** Samples whose whole line is remembered: the same one costs no look at what it holds. */
  readonly #samples: (Sample | undefined)[] = [];
  /** The value and the newline; empty until it was written. */
  readonly #tails: string[] = [];

  constructor(type: MetricType) {
    this.type = type;
  }

  /** The whole line of a sample as two parts, if it was written before. */
  isWhole(sample: Sample, at: number): boolean {
    return this.#samples[at] === sample;
  }

  head(at: number): string {
    return this.#heads[at] ?? '';
  }

  tail(at: number): string {
    return this.#tails[at] ?? '';
  }

  /** The line of a sample up to its value, if it was written before. */
  headOf(sample: Sample, at: number): string | undefined {
    const isKnown = this.#labels[at] === sample.labels && this.#sampleNames[at] === sample.name;
    return isKnown ? this.#heads[at] : undefined;
  }

  /** Remembers the line of a sample up to its value, if there is room. */
  remember(sample: Sample, at: number, head: string): void {
    this.forget(at);
    const bytes = head.length + LINE_BYTES;
    if (this.room.bytes < bytes) return;
    this.#take(bytes);
    this.#labels[at] = sample.labels;
    this.#sampleNames[at] = sample.name;
    this.#heads[at] = inOnePiece(head);
  }

  /** Leaves no hole: an array whose places all hold something of one kind is read faster. */
  forget(at: number): void {
    if (this.#labels[at] !== undefined) this.#take(-bytesOf(this.#heads[at]));
    this.#labels[at] = undefined;
    this.#sampleNames[at] = '';
    this.#heads[at] = '';
    this.#values[at] = 0;
    this.#tails[at] = '';
    this.#samples[at] = undefined;
  }

  /** The rest of the line of a sample that has but a value, if it was written before. */
  tailOf(sample: Sample, at: number): string | undefined {
    const tail = this.#tails[at];
    if (tail === '' || !Object.is(this.#values[at], sample.value)) return undefined;
    this.#samples[at] = sample;
    return tail;
  }

  /** Remembers the rest of the line of a sample that has but a value, and whose head is remembered. */
  rememberTail(sample: Sample, at: number, tail: string): void {
    if (this.#labels[at] === undefined) return;
    this.#values[at] = sample.value;
    this.#tails[at] = tail;
    this.#samples[at] = sample;
  }

  /** Forgets samples that are no longer there. */
  cut(sampleCount: number): void {
    if (this.#labels.length <= sampleCount) return;
    for (let at = sampleCount; at < this.#labels.length; at++) this.forget(at);
    for (const array of [
      this.#labels,
      this.#sampleNames,
      this.#heads,
      this.#values,
      this.#tails,
      this.#samples,
    ]) {
      array.length = sampleCount;
    }
  }

  #take(bytes: number): void {
    this.bytes += bytes;
    this.room.bytes -= bytes;
  }
}

/**
 * The same text, without its history: V8 keeps a text that was put together as a tree of its parts, which takes twice the
 * memory and has to be walked in each rendering, until one of its characters is looked at.
 */
function inOnePiece(head: string): string {
  // A head begins with a name or a brace. What is compared cannot be known without looking.
  return head.charCodeAt(0) === 0 ? '' : head;
}

function bytesOf(head: string | undefined): number {
  return (head?.length ?? 0) + LINE_BYTES;
}
