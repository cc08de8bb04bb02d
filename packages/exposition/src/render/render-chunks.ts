import type { Exposable, MetricFamily } from '../model.js';
import { escapingOf, type WireFormat } from '../wire-format.js';
import { LeftOutCounter, nameClash, type RenderOptions } from './left-out.js';
import { NameClaims } from './name-claims.js';
import { millisecondsText, secondsText } from './number-text.js';
import { type LineSource, SampleLines } from './sample-lines.js';
import { openMetricsSection, textSections, type TextSections } from './section.js';
import { WireNames } from './wire-names.js';

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
  options: RenderOptions = {},
): Generator<string, void, undefined> {
  const { onLeftOut, memory } = options;
  const isText = format.format === 'text';
  const names = new WireNames(escapingOf(format));
  const timeText = isText ? millisecondsText : secondsText;
  const claims = new NameClaims();
  let piece = '';
  memory?.begin();
  for (const family of snapshot.families) {
    const { own, apart } = isText ? textSections(family, names) : openMetricsSections(family, names);
    if (!claims.claim([own, ...apart].flatMap((section) => section.claims))) {
      onLeftOut?.(nameClash(family.name, family.samples.length));
      continue;
    }
    const leftOut = new LeftOutCounter(family.name);
    // Of states one format checks a label more: lines of the other may not stand in.
    const lines = family.type === 'stateset' ? undefined : memory?.linesOf(family);
    const source: LineSource = {
      samples: family.samples,
      section: own,
      names,
      timeText,
      leftOut,
      memory: lines,
    };
    const ownLines = new SampleLines(source);
    piece += own.metadata;
    piece = yield* full(ownLines, piece);
    for (const section of ownLines.hasApart ? apart : []) {
      const samples = family.samples.filter(({ name }) => section.sampleNames.has(name));
      if (samples.length === 0) continue;
      piece += section.metadata;
      piece = yield* full(new SampleLines({ ...source, samples, section, memory: undefined }), piece);
    }
    leftOut.tell(onLeftOut);
  }
  memory?.end();
  if (!isText) piece += '# EOF\n';
  if (piece !== '') yield piece;
}

/** Hands out pieces as they fill, and gives back the rest. */
function* full(lines: SampleLines, begun: string): Generator<string, string, undefined> {
  let piece = begun;
  for (;;) {
    piece = lines.append(piece, PIECE_CHARACTERS);
    if (lines.done) return piece;
    yield piece;
    piece = '';
  }
}

function openMetricsSections(family: MetricFamily, names: WireNames): TextSections {
  return { own: openMetricsSection(family, names), apart: [] };
}
