import type { Exposable, MetricFamily, Sample } from '../model.js';
import { escapingOf, type WireFormat } from '../wire-format.js';
import { LeftOutCounter, nameClash, type RenderOptions } from './left-out.js';
import { LineWriter } from './line-writer.js';
import { NameClaims } from './name-claims.js';
import { millisecondsText, secondsText } from './number-text.js';
import { openMetricsSection, textSections, type TextSections } from './section.js';
import { WireNames } from './wire-names.js';

/** Metadata, and samples that are to be written under it. */
export interface RenderedSection {
  readonly family: MetricFamily;
  /** Whether this holds what text sets apart from the family. */
  readonly isApart: boolean;
  readonly metadata: string;
  readonly samples: readonly Sample[];
  readonly writer: LineWriter;
}

/**
 * The sections of an exposition, one after the other: the lines of one have to be written before the next is asked for. What cannot
 * be written is told to `onLeftOut`.
 */
export function* renderSections(
  { families }: Exposable,
  format: WireFormat,
  onLeftOut: RenderOptions['onLeftOut'],
): Generator<RenderedSection, void, undefined> {
  const isText = format.format === 'text';
  const names = new WireNames(escapingOf(format));
  const timeText = isText ? millisecondsText : secondsText;
  const claims = new NameClaims();
  for (const family of families) {
    const { own, apart } = isText ? textSections(family, names) : openMetricsSections(family, names);
    if (!claims.claim([own, ...apart].flatMap((section) => section.claims))) {
      onLeftOut?.(nameClash(family.name, family.samples.length));
      continue;
    }
    const leftOut = new LeftOutCounter(family.name);
    const writer = new LineWriter(own, names, timeText, leftOut);
    yield { family, isApart: false, metadata: own.metadata, samples: family.samples, writer };
    for (const section of writer.hasApart ? apart : []) {
      const samples = family.samples.filter(({ name }) => section.sampleNames.has(name));
      if (samples.length === 0) continue;
      const its = new LineWriter(section, names, timeText, leftOut);
      yield { family, isApart: true, metadata: section.metadata, samples, writer: its };
    }
    leftOut.tell(onLeftOut);
  }
}

/** What comes behind all sections. */
export function endOf({ format }: WireFormat): string {
  return format === 'openmetrics' ? '# EOF\n' : '';
}

function openMetricsSections(family: MetricFamily, names: WireNames): TextSections {
  return { own: openMetricsSection(family, names), apart: [] };
}
