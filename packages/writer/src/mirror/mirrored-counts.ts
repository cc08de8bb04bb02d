import type { Series } from '../series.js';
import type { SourceLabels, SourceMetric, SourceSeries } from './source-metric.js';

interface Tracked {
  readonly target: Series;
  /** The values that are in the target. */
  readonly values: readonly number[];
}

/**
 * Keeps what only grows, adding what the source has counted since last time. A value that has fallen began anew, and
 * adds to what was counted before; so the target never falls.
 */
export class MirroredCounts {
  private readonly tracked = new Map<string, Tracked>();
  private readonly counts: readonly number[] | 'from 1';

  constructor(type: SourceMetric['type']) {
    // Which values are counts. A sum may fall by itself, where negative values are observed.
    this.counts = type === 'histogram' ? 'from 1' : [0];
  }

  /** The source has been replaced by another of its name, which has counted from 0. */
  restart(): void {
    this.tracked.clear();
  }

  /**
   * Takes the values of all series.
   *
   * @param targetOf - Finds the series to add to; one may stand for several.
   */
  apply(found: readonly SourceSeries[], targetOf: (labels: SourceLabels) => Series): void {
    const gone = new Map(this.tracked);
    let isReset = found.length === 0;
    for (const { key, labels, values } of found) {
      gone.delete(key);
      if (!values.every(Number.isFinite)) continue;
      const before = this.tracked.get(key);
      const hasFallen = before !== undefined && this.isLess(values, before.values);
      isReset ||= hasFallen;
      const target = before?.target ?? targetOf(labels);
      for (const [i, value] of values.entries()) {
        target.add(i, value - (hasFallen ? 0 : (before?.values[i] ?? 0)));
      }
      this.tracked.set(key, { target, values });
    }
    this.forget(gone, isReset);
  }

  /**
   * Series that are no longer in the source: removed one by one, or all of them by a `reset()` after which some have
   * come again. What was reset has been counted all the same, and stays.
   */
  private forget(gone: ReadonlyMap<string, Tracked>, isReset: boolean): void {
    for (const key of gone.keys()) this.tracked.delete(key);
    if (isReset) return;
    const living = new Set([...this.tracked.values()].map(({ target }) => target));
    for (const { target } of gone.values()) if (!living.has(target)) target.remove();
  }

  private isLess(values: readonly number[], before: readonly number[]): boolean {
    return values.some(
      (value, i) => (this.counts === 'from 1' ? i > 0 : this.counts.includes(i)) && value < (before[i] ?? 0),
    );
  }
}
