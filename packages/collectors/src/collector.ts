/** One metric, which several collectors may have series of. */
export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly labelNames: readonly string[];
  /**
   * How the values of several processes combine, in prom-client's words, where a registry is mirrored or a cluster's
   * registries are merged; counters add up.
   */
  readonly aggregator?: 'sum' | 'min' | 'max' | 'omit';
  /** Whether it is left out where the registry has a metric of its name already, which else is an error. */
  readonly yields?: true;
}

/** The value of one series; a counter's is its whole sum. */
export interface Sample {
  readonly family: Family;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Times that hold for all collectors, in milliseconds. */
export interface CollectorTimes {
  readonly timeoutMs: number;
  readonly intervalMs: number;
}

/** What tells of one thing, to be given to `createCollectors`. */
export interface Collector {
  /** What it tells of, such as `redis`. */
  readonly kind: string;
  /** Which one of its kind, as the application calls it; empty where there is only one. */
  readonly name: string;
  /** All metrics that it may have series of. */
  readonly families: readonly Family[];
  /** Begins to look. */
  start(times: CollectorTimes): RunningCollector;
}

/** A collector that looks. */
export interface RunningCollector {
  /** What is known now; called by scrapes, so it waits for nothing. */
  read(): Iterable<Sample>;
  /** Ends all looking; leaves alone what is looked at. */
  stop(): void;
}
