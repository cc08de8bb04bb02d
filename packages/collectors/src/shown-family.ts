import { Counter, Gauge } from 'prom-client';

import type { Family, Sample } from './collector.js';

/** Where a family's samples come from. */
export interface SampleSource {
  /** Never throws. */
  samples(): readonly Sample[];
}

/** A metric in a registry that shows, whenever it is read, what its sources know. */
export class ShownFamily {
  readonly metric: Counter | Gauge;
  readonly sources: Set<SampleSource> = new Set();
  readonly #family: Family;
  #shown = new Map<string, Sample>();

  /** @param name - Its name in the registry, which may begin with the application's prefix. */
  constructor(family: Family, name: string) {
    this.#family = family;
    const { help, labelNames } = family;
    const collect = (): void => this.update();
    const configuration = { name, help, labelNames, collect, registers: [] };
    this.metric =
      family.type === 'counter'
        ? new Counter(configuration)
        : new Gauge({ ...configuration, aggregator: family.aggregator ?? 'sum' });
  }

  /** Takes over what the sources know; what none of them knows any more is taken out. */
  update(): void {
    const found = new Map<string, Sample>();
    for (const source of this.sources) {
      for (const sample of source.samples()) {
        if (sample.family.name === this.#family.name) found.set(JSON.stringify(sample.labels), sample);
      }
    }
    const before = this.#shown;
    this.#shown = found;
    for (const [key, { labels }] of before) if (!found.has(key)) this.metric.remove(labels);
    for (const [key, { labels, value }] of found) {
      if (this.metric instanceof Gauge) this.metric.set(labels, value);
      else this.metric.inc(labels, Math.max(0, value - (before.get(key)?.value ?? 0)));
    }
  }
}
