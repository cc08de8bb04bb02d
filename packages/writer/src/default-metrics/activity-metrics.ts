import type { Gauge } from '../gauge.js';
import type { AnyMetric, MetricMaker } from './metric-maker.js';
import { activeHandles, activeRequests, activeResources, type CountsByType } from './process-facts.js';

export function handlesByType(make: MetricMaker): AnyMetric[] {
  return activeHandles() === undefined ? [] : [byType(make, 'nodejs_active_handles', activeHandles)];
}

export function handles(make: MetricMaker): AnyMetric[] {
  return activeHandles() === undefined ? [] : [total(make, 'nodejs_active_handles_total', activeHandles)];
}

export function requestsByType(make: MetricMaker): AnyMetric[] {
  return activeRequests() === undefined ? [] : [byType(make, 'nodejs_active_requests', activeRequests)];
}

export function requests(make: MetricMaker): AnyMetric[] {
  return activeRequests() === undefined ? [] : [total(make, 'nodejs_active_requests_total', activeRequests)];
}

export function resourcesByType(make: MetricMaker): AnyMetric[] {
  return [byType(make, 'nodejs_active_resources', activeResources)];
}

export function resources(make: MetricMaker): AnyMetric[] {
  return [total(make, 'nodejs_active_resources_total', activeResources)];
}

type Activity = 'nodejs_active_handles' | 'nodejs_active_requests' | 'nodejs_active_resources';
type Count = () => CountsByType | undefined;

function total(make: MetricMaker, name: `${Activity}_total`, count: Count): Gauge {
  const gauge = make.gauge(name);
  gauge.collect = () => {
    const counts = [...(count()?.values() ?? [])];
    gauge.set(
      make.labels(),
      counts.reduce((sum, number) => sum + number, 0),
    );
  };
  return gauge;
}

function byType(make: MetricMaker, name: Activity, count: Count): Gauge {
  const gauge = make.gauge(name);
  let before: CountsByType = new Map();
  gauge.collect = () => {
    const counts = count() ?? new Map<string, number>();
    // A reader of the shard may come at any moment: what is still there is not taken away first.
    for (const type of before.keys()) if (!counts.has(type)) gauge.remove(make.labels({ type }));
    for (const [type, number] of counts) gauge.set(make.labels({ type }), number);
    before = counts;
  };
  return gauge;
}
