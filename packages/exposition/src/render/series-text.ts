import { isPlainName } from '../escape-name.js';
import type { LabelPair } from '../model.js';
import { escapeQuoted } from './escape.js';
import { metricNameText, type WireLabelNames } from './wire-names.js';

/**
 * Writes `jobs_total{a="b"}`, or `{"my.jobs_total","a.b"="c"}` where the name needs quotes.
 *
 * @param name - The sample's name, escaped.
 * @param names - The names of these labels, which are writable.
 */
export function seriesText(name: string, labels: readonly LabelPair[], names: WireLabelNames): string {
  if (isPlainName(name, 'metric'))
    return labels.length === 0 ? name : `${name}{${labelsText(labels, names)}}`;
  const comma = labels.length === 0 ? '' : ',';
  return `{${metricNameText(name)}${comma}${labelsText(labels, names)}}`;
}

/** Writes `a="b",c="d"`, or nothing for no labels. */
export function labelsText(labels: readonly LabelPair[], names: WireLabelNames): string {
  if (labels.length === 0) return '';
  let text = '';
  for (let i = 0; i < labels.length; i++) text += names.before[i] + escapeQuoted((labels[i] as LabelPair)[1]);
  return `${text}"`;
}
