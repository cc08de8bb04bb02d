import { isPlainName } from '../escape-name.js';
import type { Sample } from '../model.js';
import { exemplarText } from './exemplar-text.js';
import type { LeftOutCounter } from './left-out.js';
import { numberText } from './number-text.js';
import type { FamilyLines } from './render-memory.js';
import type { Section } from './section.js';
import { seriesText } from './series-text.js';
import type { WireNames } from './wire-names.js';

/** What the lines of one section are written from. */
export interface LineSource {
  readonly samples: readonly Sample[];
  readonly section: Section;
  readonly names: WireNames;
  /** Writes a time, or says that it cannot be written. */
  readonly timeText: (timestampMs: number) => string | undefined;
  readonly leftOut: LeftOutCounter;
  /** None where the section holds what text sets apart, which is never remembered. */
  readonly memory: FamilyLines | undefined;
}

/** Writes the samples of one section in pieces. */
export class SampleLines {
  readonly #source: LineSource;
  #at = 0;
  #hasApart = false;

  constructor(source: LineSource) {
    this.#source = source;
  }

  get done(): boolean {
    return this.#at >= this.#source.samples.length;
  }

  /** Whether there were samples so far that stand in a section of their own. */
  get hasApart(): boolean {
    return this.#hasApart;
  }

  /**
   * Appends lines to a text until it is long enough or no samples are left.
   *
   * @param text - What came before; the lines of many families share a piece.
   */
  append(text: string, enough: number): string {
    const { samples, section, memory } = this.#source;
    let piece = text;
    let at = this.#at;
    for (; at < samples.length && piece.length < enough; at++) {
      const sample = samples[at] as Sample;
      if (memory?.isWhole(sample, at) === true) {
        piece += memory.head(at);
        piece += memory.tail(at);
        continue;
      }
      const head = memory?.headOf(sample, at) ?? this.#writeHead(sample, at);
      if (head === undefined) continue;
      const mayHaveExemplar = sample.exemplar !== undefined && sample.name === section.exemplarsOn;
      piece += head;
      piece +=
        sample.timestampMs === undefined && !mayHaveExemplar
          ? this.#tail(sample, at)
          : this.#longTail(sample, mayHaveExemplar);
    }
    this.#at = at;
    return piece;
  }

  /** The line up to its value; undefined where the sample is not written in this section. */
  #writeHead(sample: Sample, at: number): string | undefined {
    const { section, names, leftOut, memory } = this.#source;
    memory?.forget(at);
    const name = section.sampleNames.get(sample.name);
    const isApart = section.apart.has(sample.name);
    if (name === undefined) {
      if (isApart) this.#hasApart = true;
      else leftOut.count('foreign-sample');
      return undefined;
    }
    const labelNames = names.labels(sample.labels);
    const { requiredLabel } = section;
    const hasLabels = requiredLabel === undefined || labelNames.escaped.includes(requiredLabel);
    if (!labelNames.isWritable || !hasLabels) {
      leftOut.count('bad-labels');
      return undefined;
    }
    const head = `${seriesText(name, sample.labels, labelNames)} `;
    const isSameEverywhere = labelNames.isPlain && isPlainName(sample.name, 'metric');
    if (isSameEverywhere && !isApart) memory?.remember(sample, at, head);
    return head;
  }

  #tail(sample: Sample, at: number): string {
    const { memory } = this.#source;
    const known = memory?.tailOf(sample, at);
    if (known !== undefined) return known;
    const tail = `${numberText(sample.value)}\n`;
    memory?.rememberTail(sample, at, tail);
    return tail;
  }

  #longTail(sample: Sample, hasExemplar: boolean): string {
    const { names, timeText } = this.#source;
    const time = sample.timestampMs === undefined ? undefined : timeText(sample.timestampMs);
    const exemplar = hasExemplar ? exemplarText(sample, names) : '';
    return `${numberText(sample.value)}${time === undefined ? '' : ` ${time}`}${exemplar}\n`;
  }
}
