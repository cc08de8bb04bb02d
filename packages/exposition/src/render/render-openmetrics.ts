import type { Exposable, MetricFamily, Sample } from '../model.js';
import { SAMPLE_SUFFIXES, takesExemplar, takesUnit } from '../sample-names.js';
import { escapeQuoted } from './escape.js';
import { exemplarText } from './exemplar-text.js';
import { labelText } from './label-text.js';
import { LeftOutCounter, nameClash, type RenderOptions } from './left-out.js';
import { NameClaims } from './name-claims.js';
import { numberText, secondsText } from './number-text.js';
import { plainMetricName } from './plain-name.js';

const UNIT = /^[a-zA-Z0-9_:]+$/;

/**
 * Writes OpenMetrics 1.0 (`CONTENT_TYPE_OPENMETRICS`), ending in `# EOF` and a newline.
 *
 * Families and samples keep their order. A unit is declared where it is the last word of the name; exemplars are
 * written on `_total` and `_bucket` alone, up to 128 code points and within their bucket. Values are not judged.
 * Does not throw on any families: what would make the output invalid is left out and told to `onLeftOut`. A gauge
 * `jobs` beside a counter `jobs_total` is such a thing here, though not in text 0.0.4.
 */
export function renderOpenMetrics(snapshot: Exposable, options: RenderOptions = {}): string {
  const claims = new NameClaims();
  const chunks: string[] = [];
  for (const family of snapshot.families) {
    const base = plainMetricName(family.name);
    const names = new Set([base, ...SAMPLE_SUFFIXES[family.type].map((suffix) => base + suffix)]);
    if (claims.claim([...names])) chunks.push(renderFamily(family, base, options));
    else options.onLeftOut?.(nameClash(family.name, family.samples.length));
  }
  chunks.push('# EOF\n');
  return chunks.join('');
}

function renderFamily(family: MetricFamily, base: string, options: RenderOptions): string {
  const names = new Map(SAMPLE_SUFFIXES[family.type].map((suffix) => [family.name + suffix, base + suffix]));
  const exemplarName = SAMPLE_SUFFIXES[family.type].find((suffix) => takesExemplar(family.type, suffix));
  const exemplarsOn = exemplarName === undefined ? undefined : base + exemplarName;
  const leftOut = new LeftOutCounter(family.name);

  let chunk = metadata(family, base);
  for (const sample of family.samples) {
    const name = names.get(sample.name);
    const labels = labelText(sample.labels);
    if (name === undefined) leftOut.count('foreign-sample');
    else if (labels === undefined) leftOut.count('bad-labels');
    else chunk += sampleLine(name, labels, sample, name === exemplarsOn);
  }
  leftOut.tell(options.onLeftOut);
  return chunk;
}

/** TYPE, UNIT, HELP: the order that the specification prefers. */
function metadata(family: MetricFamily, base: string): string {
  const { type, unit = '', help } = family;
  const unitLine = UNIT.test(unit) && takesUnit(type, base, unit) ? `# UNIT ${base} ${unit}\n` : '';
  const helpLine = help === '' ? '' : `# HELP ${base} ${escapeQuoted(help)}\n`;
  return `# TYPE ${base} ${type}\n${unitLine}${helpLine}`;
}

function sampleLine(name: string, labels: string, sample: Sample, mayHaveExemplar: boolean): string {
  const time = sample.timestampMs === undefined ? undefined : secondsText(sample.timestampMs);
  const exemplar = mayHaveExemplar ? exemplarText(sample) : '';
  return `${name}${labels} ${numberText(sample.value)}${time === undefined ? '' : ` ${time}`}${exemplar}\n`;
}
