import { isMainThread } from 'node:worker_threads';

import { checkLabels } from '../check-labels.js';
import type { MetricRegistry } from '../metric-configuration.js';
import { setOfStore } from '../set-of-store.js';
import type { ShardSet } from '../shard-set.js';
import type { ShardStore } from '../shard-store.js';
import { WriterError } from '../writer-error.js';
import * as activity from './activity-metrics.js';
import { eventLoop } from './event-loop-metrics.js';
import { heap, heapBySpace } from './memory-metrics.js';
import { MetricMaker, type AnyMetric } from './metric-maker.js';
import {
  maxFileDescriptors,
  memory,
  openFileDescriptors,
  processorTime,
  startTime,
} from './process-metrics.js';
import { garbageCollection, version } from './runtime-metrics.js';

/** prom-client's options for default metrics, and `store`. */
export interface DefaultMetricsOptions {
  /** What stands before all names. */
  readonly prefix?: string | undefined;
  /** The local registry that shows them, too. */
  readonly register?: MetricRegistry | undefined;
  /** Labels of all metrics, with their values. */
  readonly labels?: Readonly<Record<string, string | number>> | undefined;
  /** Upper bounds of `nodejs_gc_duration_seconds`, in seconds. */
  readonly gcDurationBuckets?: readonly number[] | undefined;
  /** How often the delay of the event loop is measured, in milliseconds; by default 10. */
  readonly eventLoopMonitoringPrecision?: number | undefined;
  /** The store that the metrics belong to; by default the thread's. */
  readonly store?: ShardStore | undefined;
}

/** A function as prom-client's `collectDefaultMetrics`, with its list of what it collects. */
export interface CollectDefaultMetrics {
  (options?: DefaultMetricsOptions | null): void;
  /** Names of the groups of metrics, as in prom-client. */
  readonly metricsList: readonly string[];
}

type Group = (make: MetricMaker, options: DefaultMetricsOptions) => AnyMetric[];

/** Under prom-client's names of its groups, and in its order; what a label policy may refuse stands alone. */
const GROUPS: Readonly<
  Record<string, { readonly of: 'process' | 'thread'; readonly parts: readonly Group[] }>
> = {
  processCpuTotal: { of: 'process', parts: [processorTime] },
  processStartTime: { of: 'process', parts: [startTime] },
  osMemoryHeap: { of: 'process', parts: [memory] },
  processOpenFileDescriptors: { of: 'process', parts: [openFileDescriptors] },
  processMaxFileDescriptors: { of: 'process', parts: [maxFileDescriptors] },
  eventLoopLag: {
    of: 'thread',
    parts: [(make, options) => eventLoop(make, options.eventLoopMonitoringPrecision ?? 10)],
  },
  processResources: { of: 'thread', parts: [activity.resourcesByType, activity.resources] },
  processHandles: { of: 'thread', parts: [activity.handlesByType, activity.handles] },
  processRequests: { of: 'thread', parts: [activity.requestsByType, activity.requests] },
  heapSizeAndUsed: { of: 'thread', parts: [heap] },
  heapSpacesSizeAndUsed: { of: 'thread', parts: [heapBySpace] },
  version: { of: 'thread', parts: [version] },
  gc: { of: 'thread', parts: [(make, options) => garbageCollection(make, options.gcDurationBuckets)] },
};

function collect(
  options: DefaultMetricsOptions | null | undefined,
  register: MetricRegistry | undefined,
): void {
  if (options !== null && options !== undefined && typeof options !== 'object') {
    throw new TypeError('config must be null, undefined, or an object');
  }
  const { register: registry = register, ...rest } = options ?? {};
  const metrics = metricsOf(rest);
  if (registry === undefined) return;
  // Before any is registered: with prom-client some would be, and some not.
  const known = registry as { getSingleMetric?: (name: string) => unknown };
  const taken = metrics.find(({ name }) => known.getSingleMetric?.(name) !== undefined);
  if (taken !== undefined) {
    throw new Error(`A metric with the name ${taken.name} has already been registered.`);
  }
  for (const metric of metrics) {
    registry.registerMetric(metric as never);
    metric.takeDefaultLabelsOf(registry);
  }
}

/** The metrics of one prefix and one set of labels are made once: what two of them measured would be there twice. */
function metricsOf(options: DefaultMetricsOptions): readonly AnyMetric[] {
  const { prefix = '', labels = {}, store } = options;
  const set = setOfStore(store, 'the default metrics');
  checkLabels(set.policy, { name: `${prefix}process_*`, labelNames: Object.keys(labels) });
  const key = `default metrics ${JSON.stringify([prefix, labels])}`;
  const found = set.singletons.get(key) as readonly AnyMetric[] | undefined;
  if (found !== undefined) return found;
  const make = new MetricMaker({ prefix, labels, store });
  const metrics = Object.values(GROUPS)
    .filter(({ of }) => of === 'thread' || isMainThread)
    .flatMap(({ parts }) => parts.flatMap((part) => unlessForbidden(set, () => part(make, options))));
  set.singletons.set(key, metrics);
  return metrics;
}

/** A strict policy that does not know the labels of a metric costs that metric, and not the start of the program. */
function unlessForbidden(set: ShardSet, make: () => AnyMetric[]): AnyMetric[] {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof WriterError) || error.code !== 'LABEL_FORBIDDEN') throw error;
    set.report({ code: 'metric-left-out', resolved: false, message: error.message, cause: error });
    return [];
  }
}

/**
 * Makes `collectDefaultMetrics`, which measures this process and its run-time: prom-client's default metrics, under its names, with a right combination
 * across processes for each. What is of the process, such as its memory, is measured by its main thread alone; what is
 * of a thread, such as its event loop, by each thread that calls this.
 *
 * Called again with the same prefix and labels, it shows the same metrics in another registry.
 *
 * @param register - The registry that shows them where the options name none.
 * @throws TypeError where the options are no object, and Error where the registry has one of the names, with
 *   prom-client's texts; {@link WriterError} `LABEL_FORBIDDEN` where the policy refuses one of `labels`.
 */
export function collectingInto(register: MetricRegistry | undefined): CollectDefaultMetrics {
  return Object.assign((options?: DefaultMetricsOptions | null) => collect(options, register), {
    metricsList: Object.keys(GROUPS),
  });
}

/** See {@link collectingInto}; shown in a registry only where the options name one. */
export const collectDefaultMetrics: CollectDefaultMetrics = /* @__PURE__ */ collectingInto(undefined);
