import {
  Counter as ShardCounter,
  Gauge as ShardGauge,
  Histogram as ShardHistogram,
  Summary as ShardSummary,
  type GaugeConfiguration,
  type MetricRegistry,
} from '@promshard/writer/metrics';
import original from 'prom-client-original';

const { register } = original;

// prom-client makes an object of bound functions at each `labels(…)`, and code relies on it:
// `const { observe } = histogram.labels('GET')`. The writer's own classes return the series itself, which is faster.

/** prom-client's counter, with values in shards. */
export class Counter<T extends string = string> extends ShardCounter<T> {
  override defaultRegisters(): readonly MetricRegistry[] {
    return [register];
  }

  override labels(...args: unknown[]): ReturnType<ShardCounter<T>['labels']> {
    return bound(super.labels(...(args as string[])), ['inc']);
  }
}

/** prom-client's gauge, with values in shards. It need not say how processes combine; prom-client adds them up, too. */
export class Gauge<T extends string = string> extends ShardGauge<T> {
  constructor(configuration: GaugeConfiguration<T, ShardGauge<T>>) {
    super(withAggregator(configuration));
  }

  override defaultRegisters(): readonly MetricRegistry[] {
    return [register];
  }

  override labels(...args: unknown[]): ReturnType<ShardGauge<T>['labels']> {
    return bound(super.labels(...(args as string[])), [
      'inc',
      'dec',
      'set',
      'setToCurrentTime',
      'startTimer',
    ]);
  }
}

/** prom-client's histogram, with values in shards. */
export class Histogram<T extends string = string> extends ShardHistogram<T> {
  override defaultRegisters(): readonly MetricRegistry[] {
    return [register];
  }

  override labels(...args: unknown[]): ReturnType<ShardHistogram<T>['labels']> {
    return bound(super.labels(...(args as string[])), ['observe', 'startTimer']);
  }
}

/** prom-client's summary, with values in shards. */
export class Summary<T extends string = string> extends ShardSummary<T> {
  override defaultRegisters(): readonly MetricRegistry[] {
    return [register];
  }

  override labels(...args: unknown[]): ReturnType<ShardSummary<T>['labels']> {
    return bound(super.labels(...(args as string[])), ['observe', 'startTimer']);
  }
}

/** prom-client's default is `sum`, whether or not that is what the gauge's author wants of several processes. */
function withAggregator<T extends string>(
  configuration: GaugeConfiguration<T, ShardGauge<T>>,
): GaugeConfiguration<T, ShardGauge<T>> {
  if (configuration === null || typeof configuration !== 'object') return configuration;
  const { aggregator, multiprocessMode } = configuration as Partial<GaugeConfiguration<T>>;
  return aggregator === undefined && multiprocessMode === undefined
    ? Object.assign({}, configuration, { aggregator: 'sum' } as const)
    : configuration;
}

/** An object of some methods of a series that need no `this`. */
function bound<Child extends object>(child: Child, names: readonly (keyof Child & string)[]): Child {
  const methods = names.map((name) => [name, (child[name] as () => unknown).bind(child)] as const);
  // Nothing else is public in prom-client.
  return Object.fromEntries(methods) as unknown as Child;
}
