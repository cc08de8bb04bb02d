import type { GaugeMode } from '@promshard/shard-format';

import type { GaugeChild } from '../gauge.js';
import type { SourceLabels, SourceSeries } from './source-metric.js';

/** Keeps the values of a gauge as they are at each look. */
export class MirroredGauge {
  private readonly mode: GaugeMode;
  private values: ReadonlyMap<GaugeChild, number> = new Map();

  constructor(mode: GaugeMode) {
    this.mode = mode;
  }

  /** Removes all series. */
  removeAll(): void {
    for (const target of this.values.keys()) target.remove();
    this.values = new Map();
  }

  /**
   * Takes the values of all series; those that are no longer there are removed.
   *
   * @param targetOf - Finds the series to set; one may stand for several.
   */
  apply(found: readonly SourceSeries[], targetOf: (labels: SourceLabels) => GaugeChild): void {
    const groups = new Map<GaugeChild, number[]>();
    for (const { labels, values } of found) {
      const [value] = values;
      if (typeof value !== 'number') continue;
      const target = targetOf(labels);
      const group = groups.get(target);
      if (group === undefined) groups.set(target, [value]);
      else group.push(value);
    }
    const before = this.values;
    for (const target of before.keys()) if (!groups.has(target)) target.remove();
    this.values = new Map([...groups].map(([target, values]) => [target, combine(this.mode, values)]));
    for (const [target, value] of this.values) {
      // Only what has changed: setting is what makes a value the most recent one.
      if (!target.isThere || !Object.is(before.get(target), value)) target.set(value);
    }
  }
}

/** One value for several, as processes combine. */
function combine(mode: GaugeMode, values: readonly number[]): number {
  const sum = (): number => values.reduce((a, b) => a + b, 0);
  switch (mode) {
    case 'sum':
    case 'livesum':
      return sum();
    case 'min':
    case 'livemin':
      return Math.min(...values);
    case 'max':
    case 'livemax':
      return Math.max(...values);
    case 'avg':
    case 'liveavg':
      return sum() / values.length;
    case 'all':
    case 'liveall':
    case 'mostrecent':
    case 'livemostrecent':
      return values.at(-1) ?? 0;
  }
}
