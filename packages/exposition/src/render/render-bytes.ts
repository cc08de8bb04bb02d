import type { Exposable } from '../model.js';
import type { WireFormat } from '../wire-format.js';
import type { RenderOptions } from './left-out.js';
import { BlockDraft, LineBlock } from './line-block.js';
import type { RenderMemory } from './render-memory.js';
import { endOf, renderSections } from './render-sections.js';
import { withRoom, writeUtf8 } from './utf8.js';

/** What `renderBytes` can be told. */
export interface RenderBytesOptions extends RenderOptions {
  /** What to keep from one rendering to the next; by default nothing is kept. */
  readonly memory?: RenderMemory;
}

/** Bytes after which a piece is handed out. */
const PIECE_BYTES = 65_536;

/**
 * Writes an exposition as UTF-8 in pieces of about 64 KiB: the bytes of what `renderChunks` writes, with the same promises. Each
 * piece is the caller's.
 */
export function* renderBytes(
  snapshot: Exposable,
  format: WireFormat,
  { onLeftOut, memory }: RenderBytesOptions = {},
): Generator<Uint8Array, void, undefined> {
  const piece = new Piece();
  const draft = memory?.draft ?? new BlockDraft();
  memory?.begin();
  for (const { family, isApart, metadata, samples, writer } of renderSections(snapshot, format, onLeftOut)) {
    // Of states one format checks a label more: lines of the other may not stand in.
    const lines = isApart || family.type === 'stateset' ? undefined : memory?.linesOf(family);
    piece.addText(metadata);
    let number = 0;
    for (let at = 0; at < samples.length; number++) {
      if (piece.length >= PIECE_BYTES) yield piece.take();
      const block = lines?.block(number) ?? new LineBlock();
      piece.add(block.write(samples, at, writer, draft));
      at += block.count;
      lines?.keep(number, block);
    }
    lines?.cut(number);
  }
  memory?.end();
  piece.addText(endOf(format));
  if (piece.length > 0) yield piece.take();
}

/** A piece in the making. */
class Piece {
  #bytes = new Uint8Array(PIECE_BYTES);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(bytes: Uint8Array): void {
    this.#bytes = withRoom(this.#bytes, this.#length, bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  addText(text: string): void {
    this.#bytes = withRoom(this.#bytes, this.#length, 3 * text.length);
    this.#length = writeUtf8(text, this.#bytes, this.#length);
  }

  /** Its bytes, to be kept by the caller; it is empty afterwards. */
  take(): Uint8Array {
    const bytes = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return bytes;
  }
}
