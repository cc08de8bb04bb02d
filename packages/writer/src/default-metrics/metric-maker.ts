import { Counter } from '../counter.js';
import { Gauge } from '../gauge.js';
import { Histogram } from '../histogram.js';
import type { ShardStore } from '../shard-store.js';
import { DEFAULT_METRIC_TABLE, type DefaultMetricName } from './default-metric-table.js';

/** A default metric of any type. */
export type AnyMetric = Counter | Gauge | Histogram;

/** What all default metrics of one call have. */
export interface MakerOptions {
  readonly prefix: string;
  /** Labels of the application, with their values. */
  readonly labels: Readonly<Record<string, string | number>>;
  readonly store: ShardStore | undefined;
}

/** Makes default metrics as the table has them. They are in no registry yet. */
export class MetricMaker {
  private readonly options: MakerOptions;

  constructor(options: MakerOptions) {
    this.options = options;
  }

  /** The application's labels, and those of one series. */
  labels(own: Readonly<Record<string, string>> = {}): Record<string, string | number> {
    return { ...own, ...this.options.labels };
  }

  counter(name: DefaultMetricName): Counter {
    return new Counter(this.declaration(name));
  }

  gauge(name: DefaultMetricName): Gauge {
    return new Gauge({
      ...this.declaration(name),
      multiprocessMode: DEFAULT_METRIC_TABLE[name].combination,
    });
  }

  histogram(name: DefaultMetricName, buckets: readonly number[]): Histogram {
    return new Histogram({ ...this.declaration(name), buckets });
  }

  private declaration(name: DefaultMetricName): {
    name: string;
    help: string;
    labelNames: string[];
    registers: [];
    store: ShardStore | undefined;
  } {
    const { help, labelNames = [] } = DEFAULT_METRIC_TABLE[name];
    const { prefix, labels, store } = this.options;
    return {
      name: `${prefix}${name}`,
      help,
      labelNames: [...labelNames, ...Object.keys(labels)],
      registers: [],
      store,
    };
  }
}
