import { EXEMPLAR_CODE_POINTS, labelCodePoints } from '../exemplar-length.js';
import type { Sample } from '../model.js';
import { labelText } from './label-text.js';
import { numberText, secondsText } from './number-text.js';

/**
 * Writes ` # {trace_id="…"} 0.67 1520879607.789`, or nothing: an exemplar is an extra, and one that is too long
 * or lies above its bucket would make the whole exposition invalid.
 */
export function exemplarText(sample: Sample): string {
  const { exemplar } = sample;
  if (exemplar === undefined) return '';
  if (labelCodePoints(exemplar.labels) > EXEMPLAR_CODE_POINTS) return '';
  if (!liesInBucket(exemplar.value, sample)) return '';
  const labels = exemplar.labels.length === 0 ? '{}' : labelText(exemplar.labels);
  if (labels === undefined) return '';
  const time = exemplar.timestampMs === undefined ? undefined : secondsText(exemplar.timestampMs);
  return ` # ${labels} ${numberText(exemplar.value)}${time === undefined ? '' : ` ${time}`}`;
}

function liesInBucket(value: number, sample: Sample): boolean {
  const bound = sample.labels.find(([name]) => name === 'le')?.[1];
  return bound === undefined || bound === '+Inf' ? true : value <= Number(bound);
}
