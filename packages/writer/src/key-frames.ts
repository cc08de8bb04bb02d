import { encodeKey } from '@promshard/shard-format';

import type { CellEntries } from './cell-entries.js';
import { CellTemplate } from './cell-template.js';

/** What a sample's keys have around the labels of a series. */
export interface KeyFrame {
  readonly head: string;
  /** Between the labels before and those behind a label that is the sample's own; nothing where there is none. */
  readonly middle: string;
  readonly tail: string;
}

/** The frame of a sample's keys. */
export function keyFrame(family: string, sample: string, help: string, middle = ''): KeyFrame {
  const empty = encodeKey({ family, sample, labels: {}, help });
  const tail = encodeKey({ family: '', sample: '', labels: {}, help }).slice('["", "", {'.length);
  return { head: empty.slice(0, empty.length - tail.length), middle, tail };
}

/** Templates that are kept; a family's labels seldom have so many lengths. */
const KEPT = 64;

/** Labels of so many bytes are rare, and no template is kept for them. */
const LONG = 1024;

/** Writes the keys of series, or all their entries at once. */
export class KeyFrames {
  private readonly frames: readonly KeyFrame[];
  private readonly templates = new Map<number, CellTemplate>();

  /** @param frames - One for each entry of a series, in their order. */
  constructor(frames: readonly KeyFrame[]) {
    this.frames = frames;
  }

  /**
   * The keys of a series.
   *
   * @param start - The labels before the sample's own, as they stand in a key.
   * @param end - The labels behind it.
   */
  keysOf(start: string, end: string): string[] {
    return this.frames.map(({ head, middle, tail }) => head + start + middle + end + tail);
  }

  /** The entries of those keys. */
  entriesOf(start: string, end: string): CellEntries {
    const template = this.templateOf(start.length, end.length);
    const { byteLength, first, offsets } = template;
    return {
      byteLength,
      first,
      offsets,
      writeTo: (bytes, at) => template.write(bytes, at, start, end),
    };
  }

  private templateOf(start: number, end: number): CellTemplate {
    if (start >= LONG || end >= LONG) return new CellTemplate(this.frames, start, end);
    const lengths = start * LONG + end;
    let template = this.templates.get(lengths);
    if (template === undefined) {
      template = new CellTemplate(this.frames, start, end);
      if (this.templates.size === KEPT) this.templates.clear();
      this.templates.set(lengths, template);
    }
    return template;
  }
}
