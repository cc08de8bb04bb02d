import type { MetricType } from '../model.js';
import { SAMPLE_SUFFIXES } from '../sample-names.js';
import { ExpositionParseError, type Place } from './exposition-parse-error.js';
import { HistogramPoint } from './histogram-point.js';
import type { FamilyRules, SampleJudge } from './open-family.js';
import { PointOrder } from './openmetrics-order.js';
import { checkOpenMetricsSample } from './openmetrics-values.js';
import type { SampleLine } from './sample-line.js';

/** What OpenMetrics 1.0 demands of families. */
export const OPENMETRICS_RULES: FamilyRules = {
  sampleNames(wireName: string, type: MetricType): readonly string[] {
    return SAMPLE_SUFFIXES[type].map((suffix) => wireName + suffix);
  },
  createJudge(wireName: string, type: MetricType): SampleJudge {
    return new OpenMetricsJudge(wireName, type);
  },
  familyName(wireName: string): string {
    return wireName;
  },
};

/** One metric point: what of it has been read so far. */
interface Point {
  place: Place;
  readonly suffixes: Set<string>;
  readonly histogram: HistogramPoint;
  negativeGsum: Place | undefined;
}

class OpenMetricsJudge implements SampleJudge {
  readonly #wireName: string;
  readonly #type: MetricType;
  readonly #order: PointOrder;
  #point: Point | undefined;

  constructor(wireName: string, type: MetricType) {
    this.#wireName = wireName;
    this.#type = type;
    this.#order = new PointOrder(wireName, type);
  }

  add(line: SampleLine): void {
    const suffix = line.sample.name.slice(this.#wireName.length);
    checkOpenMetricsSample(line, this.#wireName, this.#type, suffix);
    if (this.#order.add(line) === 'next') this.close();
    this.#point ??= {
      place: line.place,
      suffixes: new Set(),
      histogram: new HistogramPoint(line.place),
      negativeGsum: undefined,
    };
    const point = this.#point;
    point.place = line.place;
    point.suffixes.add(suffix);
    if (suffix === '_gsum' && line.sample.value < 0) point.negativeGsum = line.valuePlace;
    if (this.#type === 'histogram' || this.#type === 'gaugehistogram')
      addToHistogram(point.histogram, line, suffix);
  }

  close(): void {
    const point = this.#point;
    this.#point = undefined;
    if (point === undefined) return;
    if (this.#type === 'counter' && !point.suffixes.has('_total')) throw missing(point, '_total');
    if (this.#type === 'histogram') closeHistogram(point, '_sum', '_count');
    if (this.#type === 'gaugehistogram') closeHistogram(point, '_gsum', '_gcount');
  }
}

function addToHistogram(histogram: HistogramPoint, line: SampleLine, suffix: string): void {
  histogram.place = line.place;
  if (suffix === '_count' || suffix === '_gcount') histogram.addCount(line);
  if (suffix !== '_bucket') return;
  const bound = histogram.addBucket(line);
  const { exemplar } = line.sample;
  if (exemplar !== undefined && !(exemplar.value <= bound)) {
    throw new ExpositionParseError(
      'bad-exemplar',
      line.exemplarPlace,
      'expected an exemplar within its bucket',
    );
  }
}

function closeHistogram(point: Point, sum: string, count: string): void {
  const { histogram, suffixes, place } = point;
  histogram.close();
  if (suffixes.has(sum) && !suffixes.has(count)) throw missing(point, count);
  if (suffixes.has(count) && !suffixes.has(sum)) throw missing(point, sum);
  if (histogram.hasNegativeBound && suffixes.has('_sum')) {
    const problem = 'a histogram with buckets below zero cannot have a _sum, which would be no counter';
    throw new ExpositionParseError('impossible-value', place, problem);
  }
  if (!histogram.hasNegativeBound && point.negativeGsum !== undefined) {
    const problem = 'expected a sum that is not negative, since no bucket lies below zero';
    throw new ExpositionParseError('impossible-value', point.negativeGsum, problem);
  }
}

function missing(point: Point, suffix: string): ExpositionParseError {
  return new ExpositionParseError(
    'missing-sample',
    point.place,
    `the label set that ends here has no ${suffix}`,
  );
}
