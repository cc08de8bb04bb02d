import type { MetricRegistry } from './metric-configuration.js';

/** Where prom-client 15 and `@prometheus-io/client` 0.16 keep what `setDefaultLabels` was given; nothing public tells it. */
interface WithDefaultLabels {
  readonly _defaultLabels?: Readonly<Record<string, unknown>>;
}

/** No default labels. */
export const NO_TEXTS: Readonly<Record<string, string>> = {};

/** Decides under what a default label goes into shards; undefined where it does not. */
export type AdmitDefaultLabel = (name: string, value: string) => string | undefined;

/**
 * The default labels of a metric in the shards: those of the first registry that it was registered in, as long as it
 * is registered there. Registries add them to what they print, but no registry prints what the exporter reads, so they
 * have to be in the keys. A registry does not tell when it is given others: `refresh` looks.
 */
export class DefaultLabels {
  /** By name, as they go into keys. */
  texts: Readonly<Record<string, string>> = NO_TEXTS;
  /** Whose labels they are. */
  registry: MetricRegistry | undefined;
  private source: unknown = undefined;
  private version: unknown = undefined;

  constructor(registry: MetricRegistry | undefined) {
    this.registry = registry;
  }

  /**
   * Looks whether the registry has other labels than last time, or whether they are to be judged anew.
   *
   * @param metric - The metric itself: one that was taken out of its registry keeps the labels that it has.
   * @param name - The name under which it was registered.
   * @param version - Whatever the judgement depends on; another one than last time makes a new start.
   * @returns Whether the texts are others now.
   */
  refresh(metric: object, name: string, version: unknown, admit: AdmitDefaultLabel): boolean {
    const source = (this.registry as WithDefaultLabels | undefined)?._defaultLabels;
    if (source === this.source && version === this.version) return false;
    if (this.registry?.getSingleMetric?.(name) !== metric) return false;
    this.source = source;
    this.version = version;
    const before = this.texts;
    this.texts = NO_TEXTS;
    for (const [label, value] of Object.entries(source ?? NO_TEXTS)) {
      // oxlint-disable-next-line typescript/no-base-to-string -- whatever is given, as a registry prints it
      const text = value === undefined ? undefined : admit(label, String(value));
      if (text !== undefined) this.texts = { ...this.texts, [label]: text };
    }
    return !isSame(before, this.texts);
  }
}

function isSame(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
