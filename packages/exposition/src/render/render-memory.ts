import type { MetricFamily, MetricType } from '../model.js';
import { BlockDraft, LineBlock } from './line-block.js';

/** How a memory is bounded. */
export interface RenderMemoryOptions {
  /** Bytes that it may take, roughly; what does not fit is written anew each time. 64 MiB by default. */
  readonly maxBytes?: number;
}

const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;

/**
 * The lines of the last rendering, as bytes. Give the same memory to every rendering of one directory, in whatever format,
 * and most of a scrape is copying.
 *
 * A line is known again by its place in its family and the identity of its sample, or, where only the value changed, of
 * the sample's `labels` array; the aggregator keeps both. A sample or an array that was rendered must not be changed.
 * What is not there in the next rendering is forgotten. The output is the same without a memory.
 */
export class RenderMemory {
  readonly #maxBytes: number;
  readonly draft: BlockDraft = new BlockDraft();
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
  linesOf({ name, type }: MetricFamily): FamilyLines {
    const known = this.#families.get(name);
    const lines = known?.type === type ? known : new FamilyLines(type);
    lines.room = this.#room;
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

/** The lines of one family, in blocks. */
export class FamilyLines {
  readonly type: MetricType;
  room: Room = { bytes: 0 };
  /** What these lines take. */
  bytes = 0;
  readonly #blocks: (LineBlock | undefined)[] = [];
  /** What each block took when it was kept. */
  readonly #sizes: number[] = [];

  constructor(type: MetricType) {
    this.type = type;
  }

  /** A block to write to; to be given back to {@link FamilyLines.keep}. */
  block(number: number): LineBlock {
    return this.#blocks[number] ?? new LineBlock();
  }

  /** Keeps a block if there is room. */
  keep(number: number, block: LineBlock): void {
    const more = block.byteLength - (this.#sizes[number] ?? 0);
    const hasRoom = more <= this.room.bytes;
    this.#take(hasRoom ? more : -(this.#sizes[number] ?? 0));
    this.#blocks[number] = hasRoom ? block : undefined;
    this.#sizes[number] = hasRoom ? block.byteLength : 0;
  }

  /** Forgets all blocks but the first. */
  cut(count: number): void {
    for (const size of this.#sizes.splice(count)) this.#take(-size);
    this.#blocks.splice(count);
  }

  #take(bytes: number): void {
    this.bytes += bytes;
    this.room.bytes -= bytes;
  }
}
