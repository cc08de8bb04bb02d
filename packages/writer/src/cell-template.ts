import { entryFrame } from '@promshard/shard-format';

import { cellShape, type CellShape } from './cell-entries.js';
import type { KeyFrame } from './key-frames.js';

/**
 * The entries of all series of a family whose labels are equally long: they differ in nothing but the labels, so the rest of
 * them, which is most, is put together once.
 */
export class CellTemplate implements CellShape {
  readonly byteLength: number;
  readonly first: number;
  readonly offsets: Int32Array;
  private readonly bytes: Uint8Array;
  /** Where the labels go in each entry, in bytes. */
  private readonly starts: readonly number[];
  private readonly ends: readonly number[];

  /**
   * @param frames - One for each entry, in their order.
   * @param start - How long the labels before the sample's own are.
   * @param end - And those behind it.
   */
  constructor(frames: readonly KeyFrame[], start: number, end: number) {
    const keyLengths: number[] = [];
    const starts: number[] = [];
    const ends: number[] = [];
    let text = '';
    for (const { head, middle, tail } of frames) {
      const keyLength = head.length + start + middle.length + end + tail.length;
      const { before, behind } = entryFrame(keyLength);
      text += before + head;
      starts.push(text.length);
      text += ' '.repeat(start) + middle;
      ends.push(text.length);
      text += ' '.repeat(end) + tail + behind;
      keyLengths.push(keyLength);
    }
    ({ byteLength: this.byteLength, first: this.first, offsets: this.offsets } = cellShape(keyLengths));
    this.bytes = Buffer.from(text, 'latin1');
    this.starts = starts;
    this.ends = ends;
  }

  /** Writes the entries of one series. */
  write(bytes: Buffer, at: number, start: string, end: string): void {
    bytes.set(this.bytes, at);
    if (start !== '') put(bytes, at, start, this.starts);
    if (end !== '') put(bytes, at, end, this.ends);
  }
}

/** Copying bytes takes less time than reading a string again. */
function put(bytes: Buffer, at: number, text: string, places: readonly number[]): void {
  const from = at + (places[0] ?? 0);
  bytes.write(text, from, 'latin1');
  for (let i = 1; i < places.length; i++) bytes.copyWithin(at + (places[i] ?? 0), from, from + text.length);
}
