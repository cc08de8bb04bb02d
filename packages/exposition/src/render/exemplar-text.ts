import { EXEMPLAR_CODE_POINTS, labelCodePoints } from '../exemplar-length.js';
import type { LabelPair, Sample } from '../model.js';
import { numberText, secondsText } from './number-text.js';
import { labelsText } from './series-text.js';
import type { WireLabelNames, WireNames } from './wire-names.js';

/**
 * Writes ` # {trace_id="…"} 0.67 1520879607.789`, or nothing: an exemplar is an extra, and one that is too long
 * or lies above its bucket would make the whole exposition invalid.
 */
export function exemplarText(sample: Sample, names: WireNames): string {
  const { exemplar } = sample;
  if (exemplar === undefined || !liesInBucket(exemplar.value, sample)) return '';
  const labelNames = names.labels(exemplar.labels);
  if (!labelNames.isWritable || !isShort(exemplar.labels, labelNames)) return '';
  const time = exemplar.timestampMs === undefined ? undefined : secondsText(exemplar.timestampMs);
  const labels = labelsText(exemplar.labels, labelNames);
  return ` # {${labels}} ${numberText(exemplar.value)}${time === undefined ? '' : ` ${time}`}`;
}

/** Escaping makes names longer, and it is the written ones that count. */
function isShort(labels: readonly LabelPair[], { escaped }: WireLabelNames): boolean {
  const written = labels.map(([name, value], i): LabelPair => [escaped[i] ?? name, value]);
  return labelCodePoints(written) <= EXEMPLAR_CODE_POINTS;
}

function liesInBucket(value: number, sample: Sample): boolean {
  const bound = sample.labels.find(([name]) => name === 'le')?.[1];
  return bound === undefined || bound === '+Inf' ? true : value <= Number(bound);
}
