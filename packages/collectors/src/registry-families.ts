import type { Collector, Family } from './collector.js';
import { CollectorsError } from './collectors-error.js';
import { type SampleSource, ShownFamily } from './shown-family.js';

/** What is used of a registry of prom-client. */
export interface MetricRegistry {
  registerMetric(metric: never): void;
  getSingleMetric(name: string): unknown;
  removeSingleMetric(name: string): void;
}

const tables = new WeakMap<MetricRegistry, RegistryFamilies>();

/** The families of this package in one registry, whoever made their collectors: each is registered once. */
export class RegistryFamilies {
  readonly #registry: MetricRegistry;
  readonly #shown = new Map<string, ShownFamily>();
  readonly #collectors = new Set<string>();

  private constructor(registry: MetricRegistry) {
    this.#registry = registry;
  }

  static of(registry: MetricRegistry): RegistryFamilies {
    const found = tables.get(registry) ?? new RegistryFamilies(registry);
    tables.set(registry, found);
    return found;
  }

  /**
   * Registers what a collector has series of. Nothing is registered where it throws.
   *
   * @param families - The collector's, and others that tell of it.
   * @returns Takes it out again; a metric that nobody has series of leaves the registry.
   * @throws CollectorsError `NAME_TAKEN`.
   */
  add(
    { kind, name }: Pick<Collector, 'kind' | 'name'>,
    families: readonly Family[],
    prefix: string,
    source: SampleSource,
  ): () => void {
    const identity = JSON.stringify([prefix, kind, name]);
    if (this.#collectors.has(identity)) {
      throw new CollectorsError(
        'NAME_TAKEN',
        `The registry has a ${kind} collector of that name; give each its own name, and close what is done.`,
      );
    }
    const wanted = families.filter((family) => !family.yields || this.#isFree(prefix + family.name));
    const taken = wanted.find((family) => !this.#isFree(prefix + family.name));
    if (taken !== undefined) {
      throw new CollectorsError(
        'NAME_TAKEN',
        `The registry has another metric with the name ${prefix}${taken.name}; set a prefix, or use another registry.`,
      );
    }
    this.#collectors.add(identity);
    for (const family of wanted) this.#show(family, prefix + family.name).sources.add(source);
    return () => {
      if (!this.#collectors.delete(identity)) return;
      for (const family of wanted) this.#leave(prefix + family.name, source);
    };
  }

  #isFree(name: string): boolean {
    const found = this.#registry.getSingleMetric(name);
    return found === undefined || found === this.#shown.get(name)?.metric;
  }

  #show(family: Family, name: string): ShownFamily {
    const shown = this.#shown.get(name) ?? new ShownFamily(family, name);
    this.#shown.set(name, shown);
    // Each time: somebody may have cleared the registry.
    this.#registry.registerMetric(shown.metric as never);
    return shown;
  }

  #leave(name: string, source: SampleSource): void {
    const shown = this.#shown.get(name);
    if (shown === undefined) return;
    shown.sources.delete(source);
    if (shown.sources.size > 0) {
      shown.update();
      return;
    }
    this.#shown.delete(name);
    if (this.#registry.getSingleMetric(name) === shown.metric) this.#registry.removeSingleMetric(name);
  }
}
