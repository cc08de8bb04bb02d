import type { LabelPair, Sample } from '../model.js';
import { hasPlainTail, type LineWriter } from './line-writer.js';
import { numberText } from './number-text.js';
import { withRoom, writeUtf8 } from './utf8.js';

/** A block is full when it has either. */
const MOST_LINES = 512;
const FULL_BYTES = 32 * 1024;

/** What its lines may grow to before the last of them go to the next block. */
const MOST_BYTES = 4 * FULL_BYTES;

/** What a line takes besides its bytes, roughly. */
const LINE_BYTES = 40;

/** Bytes of one block while they are written anew; one for all blocks that are not written at once. */
export class BlockDraft {
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(2 * FULL_BYTES);
  readonly starts: Int32Array = new Int32Array(MOST_LINES + 1);
  readonly tails: Int32Array = new Int32Array(MOST_LINES);
}

/**
 * Lines of successive samples of a family, as bytes. What is the same the next time is not written again: a sample that is
 * the same object costs one comparison, and one of which only the value changed costs its digits. They are together, since
 * with ten thousand lines each look at an object or a string of its own is a miss of the processor's cache.
 */
export class LineBlock {
  #count = 0;
  /** Once full, it takes no more lines, however short they get: those of all blocks behind it would shift. */
  #isFull = false;
  #bytes = new Uint8Array(0);
  /** Where each line begins, and behind the last where it ends. */
  #starts = new Int32Array(1);
  /** Where each line's value begins. */
  #tails = new Int32Array(0);
  /** The samples whose whole lines are the same in every format and escaping scheme. */
  readonly #samples: (Sample | undefined)[] = [];
  /** The labels and names of those of which that holds up to the value. */
  readonly #labels: (readonly LabelPair[] | undefined)[] = [];
  readonly #names: string[] = [];

  /** How many samples were written. */
  get count(): number {
    return this.#count;
  }

  /** Memory that it takes, roughly. */
  get byteLength(): number {
    return this.#bytes.length + this.#count * LINE_BYTES;
  }

  /**
   * Writes the lines of samples from number `from` on, at least one and until the block is full.
   *
   * @returns The lines: until the next call.
   */
  write(samples: readonly Sample[], from: number, writer: LineWriter, draft: BlockDraft): Uint8Array {
    const left = samples.length - from;
    const known = this.#samples;
    const count = Math.min(left, this.#count);
    let same = 0;
    for (; same < count; same++) {
      const sample = samples[from + same] as Sample;
      if (sample !== known[same] && !this.#patch(sample, same)) break;
    }
    if (same < count || (count < left && !this.#isFull)) this.#rewrite(samples, from, same, writer, draft);
    else this.#cut(count);
    return this.#bytes.subarray(0, this.#starts[this.#count]);
  }

  /** Writes another value over the last one, if it takes as many bytes. */
  #patch(sample: Sample, i: number): boolean {
    if (this.#labels[i] !== sample.labels || this.#names[i] !== sample.name || !hasPlainTail(sample))
      return false;
    const text = numberText(sample.value);
    const tail = this.#tails[i] ?? 0;
    const newline = tail + text.length;
    if (newline + 1 !== this.#starts[i + 1]) return false;
    for (let k = 0; k < text.length; k++) this.#bytes[tail + k] = text.charCodeAt(k);
    this.#samples[i] = sample;
    return true;
  }

  /** Writes the lines from number `same` on anew, with what can be kept of them. */
  #rewrite(
    samples: readonly Sample[],
    from: number,
    same: number,
    writer: LineWriter,
    draft: BlockDraft,
  ): void {
    const { starts, tails } = draft;
    starts.set(this.#starts.subarray(0, same + 1));
    tails.set(this.#tails.subarray(0, same));
    const before = this.#count;
    // What is kept: bytes that stand together here, and are not in the draft yet.
    let keptFrom = 0;
    let keptTo = this.#starts[same] ?? 0;
    let end = 0;
    const flush = (more: number): void => {
      draft.bytes = withRoom(draft.bytes, end, keptTo - keptFrom + more);
      end = copy(this.#bytes, keptFrom, keptTo, draft.bytes, end);
      keptFrom = keptTo;
    };
    const write = (text: string): void => {
      flush(3 * text.length);
      end = writeUtf8(text, draft.bytes, end);
    };
    let i = same;
    for (; i < MOST_LINES && from + i < samples.length; i++) {
      const start = end + keptTo - keptFrom;
      if (i > 0 && start >= (i < before ? MOST_BYTES : FULL_BYTES)) break;
      const sample = samples[from + i] as Sample;
      const ownStart = i < before ? (this.#starts[i] ?? 0) : keptTo;
      if (keptTo !== ownStart) {
        flush(0);
        keptFrom = keptTo = ownStart;
      }
      starts[i] = start;
      if (i < before && this.#samples[i] === sample) {
        keptTo = this.#starts[i + 1] ?? 0;
        tails[i] = start + (this.#tails[i] ?? 0) - ownStart;
        continue;
      }
      if (i < before && this.#labels[i] === sample.labels && this.#names[i] === sample.name) {
        keptTo = this.#tails[i] ?? 0;
        flush(0);
      } else {
        const head = writer.head(sample);
        this.#labels[i] = head?.isSameEverywhere === true ? sample.labels : undefined;
        this.#names[i] = sample.name;
        this.#samples[i] = undefined;
        tails[i] = start;
        if (head === undefined) {
          starts[i + 1] = start;
          continue;
        }
        write(head.text);
      }
      tails[i] = end;
      write(writer.tail(sample));
      this.#samples[i] = this.#labels[i] !== undefined && hasPlainTail(sample) ? sample : undefined;
    }
    flush(0);
    starts[i] = end;
    this.#take(draft, i, end);
    this.#isFull ||= from + i < samples.length;
  }

  #take({ bytes, starts, tails }: BlockDraft, count: number, end: number): void {
    // A sixteenth more, so that numbers may grow; no more, since memory is bounded.
    if (this.#bytes.length < end || this.#bytes.length > 2 * end)
      this.#bytes = new Uint8Array(end + (end >> 4));
    this.#bytes.set(bytes.subarray(0, end));
    if (this.#tails.length < count) {
      this.#starts = new Int32Array(count + 1);
      this.#tails = new Int32Array(count);
    }
    this.#starts.set(starts.subarray(0, count + 1));
    this.#tails.set(tails.subarray(0, count));
    this.#cut(count);
  }

  /** Forgets all lines but the first. */
  #cut(count: number): void {
    if (this.#samples.length > count) {
      this.#isFull = false;
      for (const array of [this.#samples, this.#labels, this.#names]) array.length = count;
    }
    this.#count = count;
  }
}

/** Copies bytes, and says where they end. */
function copy(source: Uint8Array, from: number, to: number, target: Uint8Array, at: number): number {
  // For few of them a view costs more than their copy.
  if (to - from > FEW_BYTES) target.set(source.subarray(from, to), at);
  else for (let i = from, k = at; i < to; i++, k++) target[k] = source[i] ?? 0;
  return at + to - from;
}

const FEW_BYTES = 128;
