import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import { base, type Cases } from '../case.js';

/** Sorted, and without what `@promshard/prom-client` has besides. */
function namesIn(registry: { getMetricsAsArray(): readonly { readonly name: string }[] }): string[] {
  const names = registry.getMetricsAsArray().map(({ name }) => name);
  return names.filter((name) => !name.endsWith('nodejs_eventloop_delay_seconds')).toSorted();
}

/** What is around the metrics. */
export const surfaceCases: Cases = {
  'names of metrics are judged': ({ client: { validateMetricName } }) =>
    ['a', 'a:b_1', '1a', 'a-b', '', 'é'].map((name) => validateMetricName(name)),
  'content types are named': ({ client }) => [
    client.contentType,
    client.prometheusContentType,
    client.openMetricsContentType,
    client.register.contentType,
  ],
  'default metrics are collected into a registry': async ({ client, registry }) => {
    const { collectDefaultMetrics } = client;
    collectDefaultMetrics({
      register: registry,
      prefix: 'app_',
      gcDurationBuckets: [0.1],
      eventLoopMonitoringPrecision: 20,
      labels: { zone: 'z' },
    });
    const names = namesIn(registry);
    // Their values are of this moment.
    registry.clear();
    return [names, collectDefaultMetrics.metricsList];
  },
  'default metrics are collected into the global registry': ({ client }) => {
    client.collectDefaultMetrics();
    const names = namesIn(client.register);
    client.register.clear();
    return names;
  },
  'options of default metrics are an object': ({ client, attempt }) =>
    attempt(() => client.collectDefaultMetrics('app_')),
  'a push gateway gets what a registry prints': async ({ client, registry }) => {
    const requests: unknown[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8');
      request.on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        requests.push([request.method, request.url, body]);
        response.end('received');
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    new client.Counter({ ...base, registers: [registry] }).inc(2);
    const gateways = [
      new client.Pushgateway(url),
      new client.Pushgateway(url, {}),
      new client.Pushgateway(url, {}, registry),
    ];
    for (const gateway of gateways) {
      await gateway.push({ jobName: 'job' });
      await gateway.pushAdd({ jobName: 'job', groupings: { instance: 'a' } });
      await gateway.delete({ jobName: 'job' });
    }
    server.close();
    await once(server, 'close');
    return requests;
  },
};
