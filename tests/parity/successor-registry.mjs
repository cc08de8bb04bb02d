// Makes the same calls on @prometheus-io/client and on the writer's classes, all in registries of the former, and prints
// what each shows. Needs the successor's Node.js: successor-registry <directory>
import * as successor from '@prometheus-io/client';
import * as writer from '@promshard/writer/metrics';

const { Registry } = successor;
const OPEN_METRICS = Registry.OPENMETRICS_CONTENT_TYPE;
const exemplarLabels = { trace_id: 'abc' };

async function shown({ Counter, Gauge, Histogram, Summary }, more = {}) {
  const registry = new Registry();
  const openMetrics = new Registry(OPEN_METRICS);
  registry.setDefaultLabels({ app: 'shop', method: 'default' });
  const options = { help: 'A "help" text.', labelNames: ['method', 'code'], registers: [registry], ...more };
  const counter = new Counter({ ...options, name: 'c_total' });
  counter.inc({ method: 'GET', code: 200 }, 2);
  counter.labels('PUT', '500').inc();
  counter.inc({ code: 'a"b\\c\nd' });
  counter.inc({ method: 'gone' });
  counter.remove({ method: 'gone' });
  const gauge = new Gauge({ ...options, name: 'g', aggregator: 'max' });
  gauge.set({ method: 'GET' }, -2.5);
  gauge.dec({ method: 'GET' });
  const histogram = new Histogram({ ...options, name: 'h', buckets: [0.5, 1] });
  histogram.observe({ method: 'GET' }, 0.75);
  histogram.labels('PUT', '500').observe(3);
  const summary = new Summary({ ...options, name: 's', percentiles: [] });
  summary.observe({ method: 'GET' }, 0.75);
  new Counter({ ...options, name: 'bare_total', labelNames: [] }).inc(3);
  new Histogram({ ...options, name: 'bare_h', labelNames: [], buckets: [1] }).observe(1);

  const withExemplars = { ...options, registers: [openMetrics], enableExemplars: true };
  new Counter({ ...withExemplars, name: 'e_total' }).inc({
    labels: { method: 'a' },
    value: 2,
    exemplarLabels,
  });
  new Histogram({ ...withExemplars, name: 'eh', buckets: [1] }).observe({ value: 2, exemplarLabels });

  const timeless = (text) => text.replaceAll(/(# \{.*\} \S+) \S+/g, '$1');
  // First of all: from getMetricsAsJSON() on, theirs have the default labels for good.
  const merged = await Registry.merge([registry, new Registry()]).metrics();
  const answers = [await registry.getMetricsAsJSON(), await registry.getMetricsAsJSON()];
  return {
    text: await registry.metrics(),
    openMetrics: timeless(await openMetrics.metrics()),
    json: await registry.getMetricsAsJSON(),
    one: await registry.getSingleMetricAsString('h'),
    merged,
    aggregated: await Registry.aggregate(answers).metrics(),
    ofMax: registry.getMetricsAsArray('max').map(({ name }) => name),
  };
}

const store = writer.openShardStore({ dir: process.argv[2], isolated: true });
const theirs = await shown(successor);
const ours = await shown(writer, { store });
store.close();
console.log(JSON.stringify({ theirs, ours }));
