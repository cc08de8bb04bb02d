import { base, labelNames, type Cases, type Context } from '../case.js';

const aggregator = 'sum';

/** One metric of each type, with something in it. */
function fill({ client: { Counter, Gauge, Histogram, Summary } }: Context, registers: unknown[]): void {
  new Counter({ ...base, name: 'c_total', labelNames, registers }).inc({ method: 'GET' }, 2);
  new Gauge({ ...base, name: 'g', labelNames, aggregator, registers }).set({ code: 1 }, 3);
  new Histogram({ ...base, name: 'h', labelNames, buckets: [1], registers }).observe({ code: '1' }, 2);
  new Summary({ ...base, name: 's', labelNames, percentiles: [], registers }).observe({ method: 'x' }, 2);
}

export const registryCases: Cases = {
  'a registry prints metrics of all types': (context) => fill(context, [context.registry]),
  'a registry of OpenMetrics prints metrics of all types': (context) => fill(context, [context.openMetrics]),
  'a registry finds, prints, removes and clears metrics': async (context) => {
    const { registry } = context;
    fill(context, [registry]);
    const names = (): unknown => registry.getMetricsAsArray().map(({ name }: { name: string }) => name);
    const one = registry.getSingleMetric('h');
    const seen = [
      names(),
      one.name,
      registry.getSingleMetric('none'),
      await registry.getSingleMetricAsString('h'),
    ];
    registry.removeSingleMetric('h');
    registry.registerMetric(one);
    registry.removeSingleMetric('g');
    seen.push(names(), await registry.metrics());
    registry.clear();
    return [...seen, names(), await registry.metrics()];
  },
  'a registry resets all metrics': (context) => {
    fill(context, [context.registry]);
    context.registry.resetMetrics();
  },
  'default labels are shown beside those of series': (context) => {
    context.registry.setDefaultLabels({ app: 'x', method: 'default', worker: 3 });
    fill(context, [context.registry]);
  },
  'default labels are shown in JSON': async (context) => {
    context.registry.setDefaultLabels({ app: 'x', method: 'default' });
    fill(context, [context.registry]);
    return context.registry.getMetricsAsJSON();
  },
  'default labels may be set late, and again': async (context) => {
    fill(context, [context.registry]);
    context.registry.setDefaultLabels({ app: 'x' });
    const first = await context.registry.metrics();
    context.registry.setDefaultLabels({ app: 'y', zone: 'z' });
    return first;
  },
  'a registry knows its content type': ({ client: { Registry }, registry, openMetrics, attempt }) => {
    const seen = [registry.contentType, openMetrics.contentType, new Registry().contentType];
    const other = new Registry(Registry.OPENMETRICS_CONTENT_TYPE);
    other.setContentType(Registry.PROMETHEUS_CONTENT_TYPE);
    return [
      ...seen,
      other.contentType,
      attempt(() => other.setContentType('text/html')),
      attempt(() => new Registry('text/html')),
    ];
  },
  'registries are merged': async (context) => {
    const { Registry } = context.client;
    const first = new Registry();
    const second = new Registry();
    fill(context, [first]);
    new context.client.Counter({ ...base, registers: [second] }).inc();
    const merged = Registry.merge([first, second]);
    return [await merged.metrics(), context.attempt(() => Registry.merge([first, context.openMetrics]))];
  },
  'values of several processes are aggregated': async (context) => {
    const { AggregatorRegistry } = context.client;
    fill(context, [context.registry]);
    const json = JSON.parse(JSON.stringify(await context.registry.getMetricsAsJSON())) as object[];
    return AggregatorRegistry.aggregate([json, json]).metrics();
  },
  'a registry of a cluster has nothing without workers': async ({ client, registry, attempt }) => {
    const { AggregatorRegistry } = client;
    const cluster = new AggregatorRegistry();
    AggregatorRegistry.setRegistries([registry]);
    AggregatorRegistry.setRegistries(registry);
    const seen = await cluster.clusterMetrics();
    const refused = attempt(() => AggregatorRegistry.setRegistries([{}]));
    AggregatorRegistry.setRegistries([client.register]);
    return [seen, cluster.contentType, refused];
  },
};
