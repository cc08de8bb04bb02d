import type { Exposable, MetricFamily, Sample } from '../model.js';
import { TEXT_FORMS } from '../sample-names.js';
import { escapeTextHelp } from './escape.js';
import { labelText } from './label-text.js';
import { LeftOutCounter, nameClash, type RenderOptions } from './left-out.js';
import { NameClaims } from './name-claims.js';
import { millisecondsText, numberText } from './number-text.js';
import { plainMetricName } from './plain-name.js';

/**
 * Writes the Prometheus text format, version 0.0.4 (`CONTENT_TYPE_TEXT`).
 *
 * Families and samples keep their order. The types that the format lacks are shown as Python shows them
 * (`TEXT_FORMS`); units and exemplars, which it lacks too, are left out. Values are not judged. Does not throw on
 * any families: what would make the output invalid is left out and told to `onLeftOut`.
 *
 * @returns The whole exposition; empty for no families.
 */
export function renderText(snapshot: Exposable, options: RenderOptions = {}): string {
  const claims = new NameClaims();
  const chunks: string[] = [];
  for (const family of snapshot.families) {
    const form = TEXT_FORMS[family.type];
    const base = plainMetricName(family.name);
    const names = new Set([
      base + form.nameSuffix,
      ...[...form.own, ...form.apart].map((suffix) => base + suffix),
    ]);
    if (claims.claim([...names])) renderFamily(family, base, chunks, options);
    else options.onLeftOut?.(nameClash(family.name, family.samples.length));
  }
  return chunks.join('');
}

function renderFamily(family: MetricFamily, base: string, chunks: string[], options: RenderOptions): void {
  const form = TEXT_FORMS[family.type];
  const ownNames = new Map(form.own.map((suffix) => [family.name + suffix, base + suffix]));
  const apartNames = new Map(form.apart.map((suffix) => [family.name + suffix, base + suffix]));
  const apart = new Map<string, string>();
  const leftOut = new LeftOutCounter(family.name);
  const help = family.help === '' ? '' : escapeTextHelp(family.help);

  let chunk = metadata(base + form.nameSuffix, help, form.type);
  for (const sample of family.samples) {
    const labels = labelText(sample.labels);
    if (labels === undefined) {
      leftOut.count('bad-labels');
      continue;
    }
    const name = ownNames.get(sample.name);
    if (name !== undefined) {
      chunk += sampleLine(name, labels, sample);
      continue;
    }
    const apartName = apartNames.get(sample.name);
    if (apartName === undefined) leftOut.count('foreign-sample');
    else apart.set(apartName, (apart.get(apartName) ?? '') + sampleLine(apartName, labels, sample));
  }
  chunks.push(chunk);
  for (const name of apartNames.values()) {
    const lines = apart.get(name);
    if (lines !== undefined) chunks.push(metadata(name, help, 'gauge'), lines);
  }
  leftOut.tell(options.onLeftOut);
}

function metadata(name: string, help: string, type: string): string {
  return `${help === '' ? '' : `# HELP ${name} ${help}\n`}# TYPE ${name} ${type}\n`;
}

function sampleLine(name: string, labels: string, sample: Sample): string {
  const time = sample.timestampMs === undefined ? undefined : millisecondsText(sample.timestampMs);
  return `${name}${labels} ${numberText(sample.value)}${time === undefined ? '' : ` ${time}`}\n`;
}
