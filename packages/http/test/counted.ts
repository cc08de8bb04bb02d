import { type MetricValue, Registry } from 'prom-client';
import { expect } from 'vitest';

import { createHttpMetrics, type HttpMetrics, type HttpMetricsOptions } from '../src/index.js';

/** Metrics in a registry of the test's own. */
export class CountedHttp {
  readonly registry: Registry = new Registry();
  readonly metrics: HttpMetrics;

  constructor(options: HttpMetricsOptions = {}) {
    this.metrics = createHttpMetrics({ registry: this.registry, ...options });
  }

  /** Requests by `METHOD route class` where there are any, and what is in flight if anything is. */
  async requests(): Promise<Record<string, number>> {
    const counts = Object.fromEntries(Object.entries(await this.shown()).filter(([, value]) => value !== 0));
    for (const { labels, value } of await this.values('http_requests_in_flight'))
      if (value !== 0) counts[`in flight ${labels['method']}`] = value;
    return counts;
  }

  /** All series of requests, those at 0 too, by the same keys. */
  async shown(): Promise<Record<string, number>> {
    const values = await this.values('http_requests_total');
    return Object.fromEntries(values.map(({ labels, value }) => [keyOf(labels), value]));
  }

  /** Sums of a histogram, by the same keys. */
  async sums(name: string): Promise<Record<string, number>> {
    const values = await this.values(name);
    return Object.fromEntries(
      values
        .filter(({ metricName }) => metricName === `${name}_sum`)
        .map(({ labels, value }) => [keyOf(labels), value]),
    );
  }

  private async values(name: string): Promise<(MetricValue<string> & { metricName?: string })[]> {
    const metrics = await this.registry.getMetricsAsJSON();
    return metrics.find((metric) => metric.name === name)?.values ?? [];
  }
}

/** What {@link CountedHttp.requests} says once so many are counted. */
export async function settled(http: CountedHttp, count: number): Promise<Record<string, number>> {
  await expect
    .poll(async () => Object.values(await http.requests()).reduce((sum, each) => sum + each, 0))
    .toBe(count);
  return http.requests();
}

function keyOf({ method, route, status_class }: Partial<Record<string, string | number>>): string {
  return `${method} ${route} ${status_class}`;
}
