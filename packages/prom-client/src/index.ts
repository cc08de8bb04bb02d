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
// Type annotations are for `isolatedDeclarations`; what users see is in declarations.ts.
export const AggregatorRegistry: typeof original.AggregatorRegistry = original.AggregatorRegistry;
export const contentType: typeof original.contentType = original.contentType;
export const exponentialBuckets: typeof original.exponentialBuckets = original.exponentialBuckets;
export const linearBuckets: typeof original.linearBuckets = original.linearBuckets;
export const openMetricsContentType: typeof original.openMetricsContentType = original.openMetricsContentType;
export const prometheusContentType: typeof original.prometheusContentType = original.prometheusContentType;
export const Pushgateway: typeof original.Pushgateway = original.Pushgateway;
export const register: typeof original.register = original.register;
export const Registry: typeof original.Registry = original.Registry;
export const validateMetricName: typeof original.validateMetricName = original.validateMetricName;
/** Not in prom-client's declarations, but in its exports. */
export const aggregators: unknown = Reflect.get(original, 'aggregators');

// oxlint-disable-next-line import/no-default-export -- `import client from 'prom-client'` works with prom-client
export default client;
// What `require` returns in place of the namespace, which has the same names but is frozen.
export { client as 'module.exports' };
