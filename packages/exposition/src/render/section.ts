import type { MetricFamily } from '../model.js';
import { SAMPLE_SUFFIXES, takesExemplar, takesUnit, TEXT_FORMS } from '../sample-names.js';
import { escapeQuoted, escapeTextHelp } from './escape.js';
import { metricNameText, type WireNames } from './wire-names.js';

/** One group of lines: metadata, and the samples of the family that stand under it. */
export interface Section {
  /** Names that no other section may use. */
  readonly claims: readonly string[];
  readonly metadata: string;
  /** What the samples' names become, by the name in the snapshot. */
  readonly sampleNames: ReadonlyMap<string, string>;
  /** The name in the snapshot of samples that may have an exemplar. */
  readonly exemplarsOn: string | undefined;
  /** A label, as written, without which a sample is none of the family: a state has one of its family's name. */
  readonly requiredLabel: string | undefined;
  /** Names in the snapshot of the family's samples that text sets apart: see `TextForm`. */
  readonly apart: ReadonlySet<string>;
}

/** A family as text shows it: a section of its own, and one for each gauge that text has to set apart. */
export interface TextSections {
  readonly own: Section;
  /** Written only if they have samples. */
  readonly apart: readonly Section[];
}

export function textSections(family: MetricFamily, names: WireNames): TextSections {
  const form = TEXT_FORMS[family.type];
  const base = names.base(family.name, form.nameSuffix);
  const help = family.help === '' ? '' : escapeTextHelp(family.help);
  const ownName = base + form.nameSuffix;
  const own = {
    claims: [...new Set([ownName, ...form.own.map((suffix) => base + suffix)])],
    metadata: textMetadata(ownName, help, form.type),
    sampleNames: sampleNames(family, base, form.own),
    exemplarsOn: undefined,
    requiredLabel: undefined,
    apart: apartNames(family),
  };
  const apart = form.apart.map((suffix) => ({
    ...own,
    claims: [base + suffix],
    metadata: textMetadata(base + suffix, help, 'gauge'),
    sampleNames: sampleNames(family, base, [suffix]),
  }));
  return { own, apart };
}

function textMetadata(name: string, help: string, type: string): string {
  const shown = metricNameText(name);
  return `${help === '' ? '' : `# HELP ${shown} ${help}\n`}# TYPE ${shown} ${type}\n`;
}

const UNIT = /^[a-zA-Z0-9_:]+$/;

/** A family as OpenMetrics shows it; TYPE, UNIT, HELP is the order that the specification prefers. */
export function openMetricsSection(family: MetricFamily, names: WireNames): Section {
  const { type, unit = '', help } = family;
  const suffixes = SAMPLE_SUFFIXES[type];
  const base = names.base(family.name, TEXT_FORMS[type].nameSuffix);
  const exemplarSuffix = suffixes.find((suffix) => takesExemplar(type, suffix));
  const shown = metricNameText(base);
  const unitLine = UNIT.test(unit) && takesUnit(type, base, unit) ? `# UNIT ${shown} ${unit}\n` : '';
  const helpLine = help === '' ? '' : `# HELP ${shown} ${escapeQuoted(help)}\n`;
  return {
    claims: [...new Set([base, ...suffixes.map((suffix) => base + suffix)])],
    metadata: `# TYPE ${shown} ${type}\n${unitLine}${helpLine}`,
    sampleNames: sampleNames(family, base, suffixes),
    exemplarsOn: exemplarSuffix === undefined ? undefined : family.name + exemplarSuffix,
    requiredLabel: type === 'stateset' ? base : undefined,
    apart: apartNames(family),
  };
}

function sampleNames(
  family: MetricFamily,
  base: string,
  suffixes: readonly string[],
): ReadonlyMap<string, string> {
  return new Map(suffixes.map((suffix) => [family.name + suffix, base + suffix]));
}

function apartNames({ name, type }: MetricFamily): ReadonlySet<string> {
  return new Set(TEXT_FORMS[type].apart.map((suffix) => name + suffix));
}
