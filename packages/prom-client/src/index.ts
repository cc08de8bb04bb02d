import original from 'prom-client-original';

import { collectDefaultMetrics } from './default-metrics.js';
import { Counter, Gauge, Histogram, Summary } from './metric-classes.js';

/** What `require('prom-client')` gives: an object like prom-client's own, `contentType` with its setter included. */
const client: object = Object.defineProperties(
  {},
  {
    ...Object.getOwnPropertyDescriptors(original),
    ...Object.getOwnPropertyDescriptors({ collectDefaultMetrics, Counter, Gauge, Histogram, Summary }),
  },
);

export { collectDefaultMetrics, Counter, Gauge, Histogram, Summary };
export const {
  AggregatorRegistry,
  contentType,
  exponentialBuckets,
  linearBuckets,
  openMetricsContentType,
  prometheusContentType,
  Pushgateway,
  register,
  Registry,
  validateMetricName,
}: typeof original = original;
/** Not in prom-client's declarations, but in its exports. */
export const aggregators: unknown = Reflect.get(original, 'aggregators');

// oxlint-disable-next-line import/no-default-export -- `import client from 'prom-client'` works with prom-client
export default client;
// What `require` returns in place of the namespace, from Node 20.19 and 22.12 on.
export { client as 'module.exports' };
