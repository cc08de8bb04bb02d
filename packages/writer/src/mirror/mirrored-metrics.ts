import type { ShardSet } from '../shard-set.js';
import { MirroredMetric, type MirroredMetricOptions } from './mirrored-metric.js';
import type { SourceMetric } from './source-metric.js';

/** Why a metric cannot be kept. */
export interface NameConflict {
  readonly conflict: string;
}

/** All metrics of a set that are kept like those of other libraries, by the name of their samples. */
export class MirroredMetrics {
  private readonly set: ShardSet;
  private readonly bySample = new Map<string, MirroredMetric>();

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
    const sample = sampleNameOf(source);
    const metric = this.bySample.get(sample);
    if (metric === undefined) {
      if (this.isDeclared(source, sample)) return { conflict: 'the application has a metric of that name' };
      const made = new MirroredMetric(source, options());
      made.owner = owner;
      this.bySample.set(sample, made);
      return made;
    }
    if (metric.type !== source.type) return { conflict: `it was a ${metric.type} before` };
    if (this.set.timesDeclared(metric.name) > metric.timesDeclared) {
      metric.end();
      return { conflict: 'the application has a metric of that name by now' };
    }
    if (metric.owner !== undefined && metric.owner !== owner) {
      return { conflict: 'another mirrored registry has one of that name' };
    }
    metric.owner = owner;
    return metric;
  }

  /** A metric that turned out not to be possible. */
  drop(metric: MirroredMetric): void {
    this.bySample.delete(sampleNameOf(metric));
  }

  /** Whether there is such a metric that is not one of these. */
  private isDeclared({ name, type }: SourceMetric, sample: string): boolean {
    const mirrored = new Map<string, number>();
    for (const metric of this.bySample.values()) {
      mirrored.set(metric.name, (mirrored.get(metric.name) ?? 0) + metric.timesDeclared);
    }
    for (const declared of this.set.declaredMetrics) {
      if (this.set.timesDeclared(declared.name) === mirrored.get(declared.name)) continue;
      if (declared.name === name) return true;
      if (type === 'counter' && sampleNameOf({ type, name: declared.name }) === sample) return true;
    }
    return false;
  }
}

/**
 * Counters `jobs` and `jobs_total` are one; a scrape as OpenMetrics turns prom-client's `jobs_total` into `jobs`. A gauge
 * `jobs` is another.
 */
function sampleNameOf({ type, name }: Pick<SourceMetric, 'type' | 'name'>): string {
  return type === 'counter' ? `${name.replace(/_total$/, '')}_total` : name;
}
