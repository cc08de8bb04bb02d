import type { ShardSet } from '../shard-set.js';
import { MirroredMetric, type MirroredMetricOptions } from './mirrored-metric.js';
import type { SourceMetric } from './source-metric.js';

/** Why a metric cannot be kept. */
export interface NameConflict {
  readonly conflict: string;
}

/** All metrics of a set that are kept like those of other libraries, by family. */
export class MirroredMetrics {
  private readonly set: ShardSet;
  private readonly byFamily = new Map<string, MirroredMetric>();

  private constructor(set: ShardSet) {
    this.set = set;
  }

  /** Those of a set. */
  static of(set: ShardSet): MirroredMetrics {
    const found = set.singletons.get('mirrored metrics');
    // What another copy of the library has made there cannot be used; it is seen as metrics of the application.
    if (found instanceof MirroredMetrics) return found;
    const made = new MirroredMetrics(set);
    if (found === undefined) set.singletons.set('mirrored metrics', made);
    return made;
  }

  /**
   * The metric to keep like a source, made where there is none.
   *
   * @param owner - The mirror; a metric has one at a time.
   */
  claim(
    owner: unknown,
    source: SourceMetric,
    options: () => MirroredMetricOptions,
  ): MirroredMetric | NameConflict {
    const family = familyOf(source);
    const metric = this.byFamily.get(family);
    if (metric === undefined) {
      if (this.isDeclared(source, family)) return { conflict: 'the application has a metric of that name' };
      const made = new MirroredMetric(source, options());
      made.owner = owner;
      this.byFamily.set(family, made);
      return made;
    }
    if (metric.type !== source.type) return { conflict: `it was a ${metric.type} before` };
    if (metric.owner !== undefined && metric.owner !== owner) {
      return { conflict: 'another mirrored registry has one of that name' };
    }
    metric.owner = owner;
    return metric;
  }

  /** A metric that turned out not to be possible. */
  drop(metric: MirroredMetric): void {
    this.byFamily.delete(familyOf(metric));
  }

  private isDeclared({ name, type }: SourceMetric, family: string): boolean {
    for (const declared of this.set.declaredMetrics) {
      if (declared.name === name) return true;
      if (type === 'counter' && familyOf({ type, name: declared.name }) === family) return true;
    }
    return false;
  }
}

/** Counters `jobs` and `jobs_total` are one; a scrape as OpenMetrics turns prom-client's `jobs_total` into `jobs`. */
function familyOf({ type, name }: Pick<SourceMetric, 'type' | 'name'>): string {
  return type === 'counter' ? name.replace(/_total$/, '') : name;
}
