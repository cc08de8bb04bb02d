import type { MetricType } from '../model.js';
import { TEXT_FORMS } from '../sample-names.js';
import { ExpositionParseError } from './exposition-parse-error.js';
import { HistogramPoint } from './histogram-point.js';
import { labelSetKey, labelValue } from './label-set.js';
import { parseNumber } from './number-token.js';
import type { FamilyRules, SampleJudge } from './open-family.js';
import type { SampleLine } from './sample-line.js';

/**
 * What text 0.0.4 demands of families (Prometheus, "Exposition formats"): each series once, buckets and quantiles
 * ascending, a `+Inf` bucket that equals the count. Label sets may be mixed within a family.
 */
export const TEXT_RULES: FamilyRules = {
  sampleNames(wireName: string, type: MetricType): readonly string[] {
    if (type !== 'histogram' && type !== 'summary') return [wireName];
    return TEXT_FORMS[type].own.map((suffix) => wireName + suffix);
  },
  createJudge(wireName: string, type: MetricType): SampleJudge {
    return new TextJudge(wireName, type);
  },
  familyName(wireName: string, type: MetricType): string {
    return type === 'counter' && wireName.endsWith('_total') ? wireName.slice(0, -'_total'.length) : wireName;
  },
};

class TextJudge implements SampleJudge {
  readonly #wireName: string;
  readonly #type: MetricType;
  readonly #series = new Set<string>();
  /** By the labels that all lines of one histogram or summary share. */
  readonly #histograms = new Map<string, HistogramPoint>();
  readonly #quantiles = new Map<string, number>();

  constructor(wireName: string, type: MetricType) {
    this.#wireName = wireName;
    this.#type = type;
  }

  add(line: SampleLine): void {
    const { sample, place } = line;
    const series = sample.name + labelSetKey(sample.labels);
    if (this.#series.has(series)) {
      throw new ExpositionParseError(
        'duplicate-series',
        place,
        'expected each name and label set once, got one again',
      );
    }
    this.#series.add(series);
    const suffix = sample.name.slice(this.#wireName.length);
    if (this.#type === 'histogram') this.#addToHistogram(line, suffix);
    else if (this.#type === 'summary' && suffix === '') this.#addQuantile(line);
  }

  close(): void {
    for (const histogram of this.#histograms.values()) histogram.close();
  }

  #addToHistogram(line: SampleLine, suffix: string): void {
    const key = labelSetKey(line.sample.labels, suffix === '_bucket' ? 'le' : undefined);
    const histogram = this.#histograms.get(key) ?? new HistogramPoint(line.place);
    this.#histograms.set(key, histogram);
    if (suffix === '_bucket') histogram.addBucket(line);
    else if (suffix === '_count') histogram.addCount(line);
  }

  #addQuantile({ sample, place }: SampleLine): void {
    const text = labelValue(sample.labels, 'quantile');
    if (text === undefined)
      throw new ExpositionParseError('missing-label', place, 'a quantile has no label quantile');
    const quantile = parseNumber(text);
    if (quantile === undefined) {
      throw new ExpositionParseError(
        'bad-bound',
        place,
        'expected quantile to be a decimal number, got none',
      );
    }
    const key = labelSetKey(sample.labels, 'quantile');
    const previous = this.#quantiles.get(key);
    if (previous !== undefined && !(quantile > previous)) {
      throw new ExpositionParseError(
        'bound-order',
        place,
        'expected ascending quantiles, got one that does not ascend',
      );
    }
    this.#quantiles.set(key, quantile);
  }
}
