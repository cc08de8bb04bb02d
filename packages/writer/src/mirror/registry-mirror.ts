import type { GaugeMode } from '@promshard/shard-format';

import { gaugeModeOf } from '../gauge-mode.js';
import type { CallbackListener } from '../sampling/callback-listener.js';
import { SampledCallback } from '../sampling/sampled-callback.js';
import { Sampler } from '../sampling/sampler.js';
import type { ShardSet } from '../shard-set.js';
import type { ShardStore } from '../shard-store.js';
import type { StoreProblem } from '../store-problem.js';
import { WriterError } from '../writer-error.js';
import type { MirroredMetric, MirroredMetricOptions } from './mirrored-metric.js';
import { MirroredMetrics } from './mirrored-metrics.js';
import { readAtOnce } from './read-at-once.js';
import { readSource, type SourceLabels, type SourceMetric } from './source-metric.js';

/** As many as are mirrored in about a millisecond. */
const MANY_SERIES = 500;

/** A registry of prom-client, or of one of its successors. */
export interface MirrorableRegistry {
  getMetricsAsArray(): readonly unknown[];
}

/** How a registry is mirrored. */
export interface RegistryMirrorOptions {
  readonly registry: MirrorableRegistry;
  readonly intervalMs: number;
  readonly store: ShardStore | undefined;
  readonly set: ShardSet;
  readonly listener: CallbackListener;
  readonly gaugeMode: (gauge: { readonly name: string; readonly help: string }) => GaugeMode | undefined;
}

/** A metric in the registry, as far as it is used before its values are read. */
interface LiveMetric {
  readonly name: string;
  readonly labelNames?: readonly string[];
  readonly get: () => unknown;
}

/** What a mirror has of one metric of its registry. */
interface Reading {
  readonly callback: SampledCallback;
  mirrored: MirroredMetric | undefined;
}

/** Keeps shards like a registry: each metric is read by itself, so that none holds up the others. */
export class RegistryMirror {
  private readonly options: RegistryMirrorOptions;
  private readonly metrics: MirroredMetrics;
  private readonly sampler: Sampler;
  private readonly readings = new Map<LiveMetric, Reading>();
  private readonly told = new Set<string>();
  private turned: Promise<void> = Promise.resolve();

  constructor(options: RegistryMirrorOptions) {
    this.options = options;
    this.metrics = MirroredMetrics.of(options.set);
    const callbacks = { [Symbol.iterator]: () => this.look().values() };
    this.sampler = new Sampler({ intervalMs: options.intervalMs, callbacks });
    this.sampler.begin();
  }

  /** Reads all metrics, those that are being read a second time; settles after `intervalMs` at the latest. */
  mirrorNow(): Promise<void> {
    return this.sampler.sample('afresh');
  }

  /** Takes what can be had without waiting: for the end of a process, when no promise settles any more. */
  readAtOnce(): void {
    this.look();
    for (const [metric, reading] of this.readings) {
      try {
        const found = readSource(readAtOnce(metric), defaultLabelsOf(this.options.registry));
        if (found !== undefined) this.keep(metric, reading, found);
      } catch {
        // The process ends, and nobody is left to be told.
      }
    }
  }

  /** Reads a last time, and gives the metrics free for another mirror. */
  async close(): Promise<void> {
    this.sampler.stop();
    await this.mirrorNow();
    for (const { mirrored } of this.readings.values()) if (mirrored !== undefined) mirrored.owner = undefined;
    this.readings.clear();
  }

  /** What there is to read now. */
  private look(): SampledCallback[] {
    const found = this.list();
    for (const [metric, { mirrored }] of this.readings) {
      if (found.has(metric)) continue;
      this.readings.delete(metric);
      mirrored?.end();
      if (mirrored !== undefined) mirrored.owner = undefined;
    }
    return [...found].map((metric) => this.readingOf(metric).callback);
  }

  private list(): Set<LiveMetric> {
    const { registry, listener } = this.options;
    try {
      // A set: merged registries may have a metric twice.
      return new Set(
        (registry.getMetricsAsArray() as LiveMetric[]).filter((metric) => !('isPromshardMetric' in metric)),
      );
    } catch (cause) {
      const message = 'A mirrored registry cannot be listed; its metrics keep their values.';
      listener.report({ code: 'collect-failed', resolved: false, message, cause });
      return new Set();
    }
  }

  private readingOf(metric: LiveMetric): Reading {
    const known = this.readings.get(metric);
    if (known !== undefined) return known;
    const { name } = metric;
    const reading: Reading = {
      mirrored: undefined,
      callback: new SampledCallback(this.options.listener, {
        metric: name,
        title: `Reading metric ${name} of a mirrored registry`,
        run: async () => {
          const found = readSource(await metric.get(), defaultLabelsOf(this.options.registry));
          // The event loop turns between two long pieces of work.
          if (found !== undefined && found.series.length > MANY_SERIES) await this.turn();
          // It may have gone, or the mirror been closed, while it was read.
          if (this.readings.get(metric) === reading) this.keep(metric, reading, found);
        },
      }),
    };
    this.readings.set(metric, reading);
    return reading;
  }

  private turn(): Promise<void> {
    this.turned = this.turned.then(() => new Promise((resolve) => setImmediate(resolve)));
    return this.turned;
  }

  private keep(metric: LiveMetric, reading: Reading, found: SourceMetric | undefined): void {
    if (found === undefined) {
      this.leaveOut(metric.name, 'it is of no type that shards have');
      return;
    }
    // prom-client leaves such a metric out of what workers send.
    if (found.aggregator === 'omit') return;
    try {
      const claimed = this.metrics.claim(this, found, () => this.optionsFor(metric, found));
      if ('conflict' in claimed) {
        this.leaveOut(found.name, claimed.conflict);
        return;
      }
      reading.mirrored = claimed;
      claimed.apply(metric, found);
    } catch (error) {
      if (!(error instanceof WriterError)) throw error;
      // The policy's refusal, say. Another policy may come with the store.
      if (reading.mirrored !== undefined) this.metrics.drop(reading.mirrored);
      reading.mirrored = undefined;
      this.leaveOut(found.name, error.message, error);
      return;
    }
    if (found.hasQuantiles) {
      const message =
        `The quantiles of summary ${found.name} cannot be combined with those of other processes; ` +
        'its sum and count are kept.';
      this.tellOnce({ code: 'option-ignored', metric: found.name, message });
    }
  }

  private optionsFor(metric: LiveMetric, found: SourceMetric): MirroredMetricOptions {
    const { store, set, gaugeMode } = this.options;
    const mayHave = (label: string): boolean => {
      const violation = set.policy.checkName(label);
      if (violation === undefined) return true;
      const { reason } = violation;
      const message = `The label policy forbids label "${label}" of metric ${found.name} (${reason}); its series are kept without it.`;
      this.tellOnce({ code: 'label-left-out', metric: found.name, label, reason, message });
      return false;
    };
    const names = new Set([
      ...(metric.labelNames ?? []),
      ...found.series.flatMap(({ labels }) => Object.keys(labels)),
    ]);
    return {
      store,
      mode: found.type === 'gauge' ? this.modeOf(found, gaugeMode(found)) : 'all',
      labelNames: [...names].filter(mayHave),
      mayHave,
    };
  }

  /** As the application says it, or else as the metric does. */
  private modeOf({ name, aggregator = 'sum' }: SourceMetric, chosen: GaugeMode | undefined): GaugeMode {
    const mode = gaugeModeOf(name, chosen, aggregator);
    if (mode === 'omit') throw new TypeError('A metric that is left out has no mode.');
    return mode;
  }

  private leaveOut(metric: string, why: string, cause?: unknown): void {
    this.tellOnce({
      code: 'metric-left-out',
      metric,
      message: `Metric ${metric} of a mirrored registry is not in the shards: ${why}.`.replace(/\.\.$/, '.'),
      ...(cause === undefined ? {} : { cause }),
    });
  }

  private tellOnce(problem: Omit<StoreProblem, 'resolved'>): void {
    const key = JSON.stringify([problem.code, problem.metric, problem.label]);
    if (this.told.has(key)) return;
    this.told.add(key);
    this.options.listener.report({ ...problem, resolved: false });
  }
}

/** Where prom-client and its successors keep a registry's default labels; no method tells them. */
function defaultLabelsOf(registry: MirrorableRegistry): SourceLabels {
  const { _defaultLabels } = registry as { readonly _defaultLabels?: SourceLabels };
  return _defaultLabels ?? {};
}
