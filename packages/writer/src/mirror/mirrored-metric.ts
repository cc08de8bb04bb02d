import type { GaugeMode } from '@promshard/shard-format';

import { Counter } from '../counter.js';
import { Gauge, type GaugeChild } from '../gauge.js';
import { Histogram } from '../histogram.js';
import type { Series } from '../series.js';
import type { ShardStore } from '../shard-store.js';
import { Summary } from '../summary.js';
import { MirroredCounts } from './mirrored-counts.js';
import { MirroredGauge } from './mirrored-gauge.js';
import type { SourceLabels, SourceMetric } from './source-metric.js';

/** How a metric is kept. */
export interface MirroredMetricOptions {
  readonly store: ShardStore | undefined;
  /** A gauge's. */
  readonly mode: GaugeMode;
  /** Labels that every series of the source may have. */
  readonly labelNames: readonly string[];
  /** Says which labels may be kept. */
  readonly mayHave: (labelName: string) => boolean;
}

type Target = Counter | Gauge | Histogram | Summary;

/**
 * A metric of ours that is kept like one of another library. It outlives a mirror, so that the next mirror of the
 * same metric goes on where that one ended.
 */
export class MirroredMetric {
  readonly type: SourceMetric['type'];
  readonly name: string;
  /** The metric of the other library that it was last kept like. */
  private source: unknown;
  /** The mirror that keeps it at the moment. */
  owner: unknown;
  private readonly help: string;
  private readonly options: MirroredMetricOptions;
  private readonly counts: MirroredCounts;
  private readonly gauge: MirroredGauge;
  /** One for each set of label names, and of buckets; as a rule there is one of each. */
  private readonly targets = new Map<string, Target>();

  constructor({ type, name, help }: SourceMetric, options: MirroredMetricOptions) {
    this.type = type;
    this.name = name;
    // The registry has seen to it that there is one.
    this.help = help || name;
    this.options = options;
    this.counts = new MirroredCounts(type);
    this.gauge = new MirroredGauge(options.mode);
  }

  /**
   * Brings the metric to what the source shows.
   *
   * @throws {@link WriterError} where the label policy allows no such metric.
   */
  apply(source: unknown, found: SourceMetric): void {
    if (this.source !== source) this.counts.restart();
    this.source = source;
    // Before any of its series: a metric without labels is there from its declaration.
    this.target(this.options.labelNames, found.bounds);
    const targetOf = (labels: SourceLabels): Series => this.seriesOf(labels, found.bounds);
    if (this.type === 'gauge') this.gauge.apply(found.series, (labels) => targetOf(labels) as GaugeChild);
    else this.counts.apply(found.series, targetOf);
  }

  /** How many metrics of its name are its own. */
  get timesDeclared(): number {
    return this.targets.size;
  }

  /** The source is gone from its registry. What was counted stays, and what it counts if it comes back adds to it. */
  end(): void {
    this.gauge.removeAll();
  }

  private seriesOf(labels: SourceLabels, bounds: readonly number[]): Series {
    const { labelNames, mayHave } = this.options;
    const names = Object.keys(labels).filter((name) => labels[name] !== undefined && mayHave(name));
    const isUsual = names.every((name) => labelNames.includes(name));
    const kept = Object.fromEntries(names.map((name) => [name, labels[name] as string]));
    return this.target(isUsual ? labelNames : names.toSorted(), bounds).labels(kept);
  }

  private target(labelNames: readonly string[], bounds: readonly number[]): Target {
    const key = JSON.stringify([labelNames, bounds]);
    let target = this.targets.get(key);
    if (target === undefined) {
      target = this.declare(labelNames, bounds);
      this.targets.set(key, target);
    }
    return target;
  }

  private declare(labelNames: readonly string[], buckets: readonly number[]): Target {
    const { name, help } = this;
    const { store, mode } = this.options;
    const configuration = { name, help, labelNames, store, registers: [] };
    switch (this.type) {
      case 'counter':
        return new Counter(configuration);
      case 'gauge':
        return new Gauge({ ...configuration, multiprocessMode: mode });
      case 'histogram':
        return new Histogram({ ...configuration, buckets });
      case 'summary':
        // Its values are not seen, so there are no quantiles.
        return new Summary({ ...configuration, percentiles: [] });
    }
  }
}
