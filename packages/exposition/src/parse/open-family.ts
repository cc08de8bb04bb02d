import type { MetricFamily, MetricType, Sample } from '../model.js';
import type { SampleLine } from './sample-line.js';

/** Judges the samples of one family, in the order of their lines; throws `ExpositionParseError`. */
export interface SampleJudge {
  add(line: SampleLine): void;
  /** Called once, after the family's last sample. */
  close(): void;
}

/** A family whose lines are being read. */
export interface OpenFamily {
  /** The name on the TYPE line, which in text 0.0.4 has the counter's `_total`. */
  readonly wireName: string;
  type: MetricType | undefined;
  help: string | undefined;
  unit: string | undefined;
  readonly samples: Sample[];
  /** Made at the first sample, when the type is settled. */
  judge: SampleJudge | undefined;
}

/** What differs between the formats about families. */
export interface FamilyRules {
  /** The names that samples of such a family may have. */
  sampleNames(wireName: string, type: MetricType): readonly string[];
  createJudge(wireName: string, type: MetricType): SampleJudge;
  /** The family's name as `MetricFamily` has it. */
  familyName(wireName: string, type: MetricType): string;
}

/** Starts a family of which nothing but the name is known. */
export function openFamily(wireName: string): OpenFamily {
  return { wireName, type: undefined, help: undefined, unit: undefined, samples: [], judge: undefined };
}

/** The type of a family; without a TYPE line it is unknown. */
export function typeOf(family: OpenFamily): MetricType {
  return family.type ?? 'unknown';
}

/** What is published of a family. An empty UNIT line is as good as none. */
export function closedFamily(family: OpenFamily, rules: FamilyRules): MetricFamily {
  const type = typeOf(family);
  return {
    name: rules.familyName(family.wireName, type),
    type,
    help: family.help ?? '',
    ...(family.unit === undefined || family.unit === '' ? {} : { unit: family.unit }),
    samples: family.samples,
  };
}
