import { register } from 'prom-client';

import { Counter as BareCounter } from './counter.js';
import { Gauge as BareGauge } from './gauge.js';
import { Histogram as BareHistogram } from './histogram.js';
import type { MetricRegistry } from './metric-configuration.js';
import { Summary as BareSummary } from './summary.js';

/** A value that only ever grows, added up over all processes. */
export class Counter<T extends string = string> extends BareCounter<T> {
  protected override defaultRegisters(): readonly MetricRegistry[] {
    return [register];
  }
}

/** A value that goes up and down; its mode says how the values of several processes combine. */
export class Gauge<T extends string = string> extends BareGauge<T> {
  protected override defaultRegisters(): readonly MetricRegistry[] {
    return [register];
  }
}

/** Counts values by size, added up over all processes. */
export class Histogram<T extends string = string> extends BareHistogram<T> {
  protected override defaultRegisters(): readonly MetricRegistry[] {
    return [register];
  }
}

/** The sum and the count of values, added up over all processes. */
export class Summary<T extends string = string> extends BareSummary<T> {
  protected override defaultRegisters(): readonly MetricRegistry[] {
    return [register];
  }
}
