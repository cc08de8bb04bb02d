import { escapeName, type EscapingScheme, isPlainName } from '../escape-name.js';
import type { LabelPair } from '../model.js';
import { escapeQuoted } from './escape.js';

/** The names of a label set as the wire has them. */
export interface WireLabelNames {
  /** As they came, which is what a shape is known by. */
  readonly given: readonly string[];
  /** Escaped: by these labels are told apart. */
  readonly escaped: readonly string[];
  /** What stands before each value: `a="`, `",b="`. Names that need quotes have them. */
  readonly before: readonly string[];
  /** Whether they are the same in every escaping scheme. */
  readonly isPlain: boolean;
  /** Whether they can be written truthfully: no two are one, also after escaping, and none is `__name__`. */
  readonly isWritable: boolean;
}

/** A family has few sets of label names: a histogram two, with `le` and without. */
const KEPT_SHAPES = 4;

/** Writes names in one escaping scheme, and keeps the label names that it wrote last. */
export class WireNames {
  readonly #scheme: EscapingScheme;
  readonly #shapes: WireLabelNames[] = [];
  #oldest = 0;

  constructor(scheme: EscapingScheme) {
    this.#scheme = scheme;
  }

  /**
   * The family's name without its suffix, escaped. The suffix that the name has in a time series database takes part
   * in the escaping, as in Prometheus' own libraries: the counter `my.jobs` is `my.jobs_total` there, and with
   * `values` therefore `U__my_2e_jobs__total`.
   */
  base(familyName: string, storedSuffix: string): string {
    const escaped = escapeName(familyName + storedSuffix, this.#scheme, 'metric');
    return escaped.slice(0, escaped.length - storedSuffix.length);
  }

  /** The names of a label set. */
  labels(labels: readonly LabelPair[]): WireLabelNames {
    for (const shape of this.#shapes) {
      if (hasNames(labels, shape.given)) return shape;
    }
    const shape = this.#shape(labels.map(([name]) => name));
    this.#shapes[this.#oldest] = shape;
    this.#oldest = (this.#oldest + 1) % KEPT_SHAPES;
    return shape;
  }

  #shape(given: readonly string[]): WireLabelNames {
    const escaped = given.map((name) => escapeName(name, this.#scheme, 'label'));
    const shown = escaped.map((name) => (isPlainName(name, 'label') ? name : quotedName(name)));
    return {
      given,
      escaped,
      before: shown.map((name, i) => `${i === 0 ? '' : '",'}${name}="`),
      isPlain: given.every((name) => isPlainName(name, 'label')),
      isWritable: new Set(escaped).size === escaped.length && !escaped.includes('__name__'),
    };
  }
}

/** A metric name as it stands in a metadata line: in quotes where it needs them. */
export function metricNameText(escaped: string): string {
  return isPlainName(escaped, 'metric') ? escaped : quotedName(escaped);
}

function hasNames(labels: readonly LabelPair[], names: readonly string[]): boolean {
  if (labels.length !== names.length) return false;
  for (let i = 0; i < names.length; i++) {
    if ((labels[i] as LabelPair)[0] !== names[i]) return false;
  }
  return true;
}

function quotedName(name: string): string {
  return `"${escapeQuoted(name)}"`;
}
