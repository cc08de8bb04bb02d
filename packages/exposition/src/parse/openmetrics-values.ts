import type { MetricType } from '../model.js';
import { takesExemplar } from '../sample-names.js';
import { ExpositionParseError } from './exposition-parse-error.js';
import { labelValue } from './label-set.js';
import { parseRealNumber } from './number-token.js';
import type { SampleLine } from './sample-line.js';

/** Samples that count: never NaN or negative. */
const COUNTERS: ReadonlySet<string> = new Set(['_total', '_sum', '_count', '_bucket', '_gcount']);
/** Samples that count events: whole numbers. */
const WHOLE: ReadonlySet<string> = new Set(['_count', '_bucket', '_gcount']);

/**
 * Checks one sample by itself against OpenMetrics 1.0, "Metric Types": its value, the labels that its type needs
 * or forbids, and whether it may have an exemplar.
 *
 * @param suffix - What the sample's name adds to the family's.
 */
export function checkOpenMetricsSample(
  line: SampleLine,
  wireName: string,
  type: MetricType,
  suffix: string,
): void {
  const { sample, exemplarPlace } = line;
  if (COUNTERS.has(suffix) && !(sample.value >= 0)) throw impossible(line, 'a number that is not negative');
  if (WHOLE.has(suffix) && !isWhole(sample.value)) throw impossible(line, 'a whole number');
  if (suffix === '_created' && !Number.isFinite(sample.value)) throw impossible(line, 'a time');
  if (suffix === '_gsum' && Number.isNaN(sample.value)) throw impossible(line, 'a sum that is not NaN');
  if (type === 'info' && sample.value !== 1) throw impossible(line, '1, as every info has');
  if (type === 'stateset') checkState(line, wireName);
  if (type === 'summary') checkSummary(line, suffix);
  if ((type === 'histogram' || type === 'gaugehistogram') && suffix !== '_bucket') refuseLabel(line, 'le');
  if (sample.exemplar !== undefined && !takesExemplar(type, suffix)) {
    const problem = 'only the total of a counter and the buckets of a histogram may have an exemplar';
    throw new ExpositionParseError('bad-exemplar', exemplarPlace, problem);
  }
}

function checkState(line: SampleLine, wireName: string): void {
  if (labelValue(line.sample.labels, wireName) === undefined) {
    throw new ExpositionParseError(
      'missing-label',
      line.place,
      'a state has no label with the name of its family',
    );
  }
  if (line.sample.value !== 0 && line.sample.value !== 1)
    throw impossible(line, '0 or 1, as every state has');
}

function checkSummary(line: SampleLine, suffix: string): void {
  if (suffix !== '') return refuseLabel(line, 'quantile');
  const text = labelValue(line.sample.labels, 'quantile');
  if (text === undefined)
    throw new ExpositionParseError('missing-label', line.place, 'a quantile has no label quantile');
  const quantile = parseRealNumber(text);
  if (quantile === undefined || quantile < 0 || quantile > 1) {
    throw new ExpositionParseError('bad-bound', line.place, 'expected quantile to be a number from 0 to 1');
  }
  if (line.sample.value < 0) throw impossible(line, 'a quantile that is not negative');
}

function refuseLabel({ sample, place }: SampleLine, name: 'le' | 'quantile'): void {
  if (labelValue(sample.labels, name) === undefined) return;
  throw new ExpositionParseError('reserved-label', place, `this sample cannot have a label ${name}`);
}

function isWhole(value: number): boolean {
  return Number.isInteger(value);
}

function impossible({ valuePlace }: SampleLine, what: string): ExpositionParseError {
  return new ExpositionParseError('impossible-value', valuePlace, `expected ${what}, got another`);
}
