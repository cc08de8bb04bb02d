import { register } from 'prom-client';

import { Counter as BareCounter } from './counter.js';
import { collectingInto, type CollectDefaultMetrics } from './default-metrics/collect-default-metrics.js';
import { Gauge as BareGauge } from './gauge.js';
import { Histogram as BareHistogram } from './histogram.js';
import { Info as BareInfo } from './info.js';
import type { MetricRegistry } from './metric-configuration.js';
import { StateSet as BareStateSet } from './state-set.js';
import { Summary as BareSummary } from './summary.js';

/** A value that only ever grows, added up over all processes. */
export class Counter<T extends string = string> extends BareCounter<T> {
  override defaultRegisters(): readonly MetricRegistry[] {
    return [register];
  }
}

/** A value that goes up and down; its mode says how the values of several processes combine. */
export class Gauge<T extends string = string> extends BareGauge<T> {
  override defaultRegisters(): readonly MetricRegistry[] {
    return [register];
  }
}

/** Counts values by size, added up over all processes. */
export class Histogram<T extends string = string> extends BareHistogram<T> {
  override defaultRegisters(): readonly MetricRegistry[] {
    return [register];
  }
}

/** The sum and the count of values, added up over all processes. */
export class Summary<T extends string = string> extends BareSummary<T> {
  override defaultRegisters(): readonly MetricRegistry[] {
    return [register];
  }
}

/** Texts about a process, such as its version, as labels of a series that is 1. */
export class Info<T extends string = string> extends BareInfo<T> {
  override defaultRegisters(): readonly MetricRegistry[] {
    return [register];
  }
}

/** Which of some states a process is in. */
export class StateSet<T extends string = string> extends BareStateSet<T> {
  override defaultRegisters(): readonly MetricRegistry[] {
    return [register];
  }
}

/**
 * Measures this process and its run-time: prom-client's default metrics, under its names, with a right combination
 * across processes for each. They are shown in prom-client's global `register`, too, or in another one that the options name.
 *
 * @throws TypeError where the options are no object, and Error where the registry has one of the names, with
 *   prom-client's texts; `WriterError` `LABEL_FORBIDDEN` where the policy refuses one of `labels`.
 */
export const collectDefaultMetrics: CollectDefaultMetrics = /* @__PURE__ */ collectingInto(register);
