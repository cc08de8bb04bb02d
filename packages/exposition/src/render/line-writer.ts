import { isPlainName } from '../escape-name.js';
import type { Sample } from '../model.js';
import { exemplarText } from './exemplar-text.js';
import type { LeftOutCounter } from './left-out.js';
import { numberText } from './number-text.js';
import type { Section } from './section.js';
import { seriesText } from './series-text.js';
import type { WireNames } from './wire-names.js';

/** A line up to its value. */
export interface LineHead {
  /** Name, labels and the blank before the value. */
  readonly text: string;
  /** Whether it is the same in every format and escaping scheme, wherever the family's samples are written. */
  readonly isSameEverywhere: boolean;
}

/** Writes the lines of one section. */
export class LineWriter {
  readonly #section: Section;
  /** Which of the section's samples have plain names, as they came. */
  readonly #plainNames: ReadonlySet<string>;
  readonly #names: WireNames;
  readonly #timeText: (timestampMs: number) => string | undefined;
  readonly #leftOut: LeftOutCounter;
  #hasApart = false;

  /** @param timeText - Writes a time, or says that it cannot be written. */
  constructor(
    section: Section,
    names: WireNames,
    timeText: (timestampMs: number) => string | undefined,
    leftOut: LeftOutCounter,
  ) {
    this.#section = section;
    this.#plainNames = new Set([...section.sampleNames.keys()].filter((name) => isPlainName(name, 'metric')));
    this.#names = names;
    this.#timeText = timeText;
    this.#leftOut = leftOut;
  }

  /** Whether there were samples so far that stand in a section of their own. */
  get hasApart(): boolean {
    return this.#hasApart;
  }

  /** The line up to its value; undefined, and counted, where the sample is not written in this section. */
  head(sample: Sample): LineHead | undefined {
    const { sampleNames, apart, requiredLabel } = this.#section;
    const name = sampleNames.get(sample.name);
    const isApart = apart.has(sample.name);
    if (name === undefined) {
      if (isApart) this.#hasApart = true;
      else this.#leftOut.count('foreign-sample');
      return undefined;
    }
    const labelNames = this.#names.labels(sample.labels);
    const hasLabels = requiredLabel === undefined || labelNames.escaped.includes(requiredLabel);
    if (!labelNames.isWritable || !hasLabels) {
      this.#leftOut.count('bad-labels');
      return undefined;
    }
    return {
      text: `${seriesText(name, sample.labels, labelNames)} `,
      isSameEverywhere: labelNames.isPlain && !isApart && this.#plainNames.has(sample.name),
    };
  }

  /** The line from its value to its newline. */
  tail(sample: Sample): string {
    if (hasPlainTail(sample)) return `${numberText(sample.value)}\n`;
    const time = sample.timestampMs === undefined ? undefined : this.#timeText(sample.timestampMs);
    const exemplar = sample.name === this.#section.exemplarsOn ? exemplarText(sample, this.#names) : '';
    return `${numberText(sample.value)}${time === undefined ? '' : ` ${time}`}${exemplar}\n`;
  }
}

/** Whether nothing but a number comes behind the head, in whatever format. */
export function hasPlainTail(sample: Sample): boolean {
  return sample.timestampMs === undefined && sample.exemplar === undefined;
}
