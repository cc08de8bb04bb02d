import {
  collectDefaultMetrics as collect,
  type CollectDefaultMetrics,
  type DefaultMetricsOptions,
} from '@promshard/writer/metrics';
import original from 'prom-client-original';

/** prom-client's default metrics, in shards, each combined across processes in the way that means something for it. */
export const collectDefaultMetrics: CollectDefaultMetrics = /* @__PURE__ */ Object.assign(
  (options?: DefaultMetricsOptions | null) => {
    // What is no object is the writer's to refuse.
    if (options === undefined || options === null) collect({ register: original.register });
    else if (typeof options === 'object')
      collect({ ...options, register: options.register ?? original.register });
    else collect(options);
  },
  { metricsList: collect.metricsList },
);
