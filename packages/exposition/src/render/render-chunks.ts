import type { Exposable } from '../model.js';
import type { WireFormat } from '../wire-format.js';
import type { RenderOptions } from './left-out.js';
import { endOf, renderSections } from './render-sections.js';

/** Characters after which a piece is handed out. */
const PIECE_CHARACTERS = 65_536;

/**
 * Writes an exposition in pieces of about 64 Ki characters, each made when it is asked for: a hundred megabytes need no
 * more memory than one piece, and a caller that stops asking stops the work. The pieces together are what
 * `renderText` and `renderOpenMetrics` return.
 *
 * The snapshot must stay as it is until the last piece. A line is never cut in two, so one with a huge label value
 * makes a huge piece. Does not throw on any families: what would make the output invalid is left out and told to
 * `onLeftOut`.
 */
export function* renderChunks(
  snapshot: Exposable,
  format: WireFormat,
  { onLeftOut }: RenderOptions = {},
): Generator<string, void, undefined> {
  let piece = '';
  for (const { metadata, samples, writer } of renderSections(snapshot, format, onLeftOut)) {
    piece += metadata;
    for (const sample of samples) {
      if (piece.length >= PIECE_CHARACTERS) {
        yield piece;
        piece = '';
      }
      const head = writer.head(sample);
      if (head === undefined) continue;
      piece += head.text;
      piece += writer.tail(sample);
    }
  }
  piece += endOf(format);
  if (piece !== '') yield piece;
}
