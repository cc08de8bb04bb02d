import { HttpMetricsError } from './http-metrics-error.js';
import { checkOptions, type HttpMetricsOptions } from './http-metrics-options.js';
import { declareMetrics } from './metric-set.js';
import { Recorder } from './recorder.js';

/** The metrics of this process's HTTP servers, to be given to the adapters of the frameworks. */
export interface HttpMetrics {
  /** The names of the metrics, with the prefix. */
  readonly names: {
    readonly requests: string;
    readonly duration: string;
    readonly inFlight: string;
    readonly responseSize: string;
  };
}

const RECORDERS = new WeakMap<HttpMetrics, Recorder>();

/**
 * Declares the metrics; once for a process and prefix, however many servers it has.
 *
 * @throws HttpMetricsError for an option that cannot be. What prom-client and the writer throw for names that exist in the
 *   registry and labels that the label policy forbids.
 */
export function createHttpMetrics(options: HttpMetricsOptions = {}): HttpMetrics {
  const checked = checkOptions(options);
  const set = declareMetrics(checked);
  const metrics: HttpMetrics = Object.freeze({ names: set.names });
  RECORDERS.set(metrics, new Recorder(set, checked));
  return metrics;
}

/** What counts for these metrics. */
export function recorderOf(metrics: HttpMetrics): Recorder {
  const recorder = RECORDERS.get(metrics);
  if (recorder === undefined)
    throw new HttpMetricsError(
      'The metrics have to come from createHttpMetrics() of the same copy of @promshard/http.',
    );
  return recorder;
}
