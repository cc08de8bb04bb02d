import { startDelayMonitor } from './delay-monitor.js';
import { DelayWindow } from './delay-window.js';
import type { AnyMetric, MetricMaker } from './metric-maker.js';

const DELAY_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * How late the event loop is. The gauges mean what prom-client's mean, the time between two visits to a timer; the
 * histogram has how much of it was delay, and loses nothing between two scrapes.
 *
 * @param resolutionMs - How often the timer is due.
 */
export function eventLoop(make: MetricMaker, resolutionMs: number): AnyMetric[] {
  const monitor = startDelayMonitor(resolutionMs);
  if (monitor === undefined) return [];
  const lag = make.gauge('nodejs_eventloop_lag_seconds');
  const gauges = {
    min: make.gauge('nodejs_eventloop_lag_min_seconds'),
    max: make.gauge('nodejs_eventloop_lag_max_seconds'),
    mean: make.gauge('nodejs_eventloop_lag_mean_seconds'),
    stddev: make.gauge('nodejs_eventloop_lag_stddev_seconds'),
    p50: make.gauge('nodejs_eventloop_lag_p50_seconds'),
    p90: make.gauge('nodejs_eventloop_lag_p90_seconds'),
    p99: make.gauge('nodejs_eventloop_lag_p99_seconds'),
  };
  const delays = make.histogram('nodejs_eventloop_delay_seconds', DELAY_BUCKETS);
  const labels = make.labels();
  const window = new DelayWindow();

  lag.collect = () => {
    const start = performance.now();
    const runs = monitor.take();
    window.add(runs, start);
    for (const { seconds, count } of runs) {
      const delay = Math.max(0, seconds - resolutionMs / 1000);
      for (let i = 0; i < count; i++) delays.observe(labels, delay);
    }
    const statistics = window.statistics();
    if (statistics !== undefined) {
      for (const name of Object.keys(gauges) as (keyof typeof gauges)[]) {
        gauges[name].set(labels, statistics[name]);
      }
    }
    // Not waited for: a loop that is held up is no fault of the callback.
    setImmediate(() => lag.set(labels, (performance.now() - start) / 1000));
  };
  return [lag, ...Object.values(gauges), delays];
}
