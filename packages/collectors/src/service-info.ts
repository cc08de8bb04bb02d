import { checkMetricName } from './check-options.js';
import type { Collector, Family } from './collector.js';
import { CollectorsError } from './collectors-error.js';

/** What a service says of itself: each becomes a label of `service_info`. */
export interface ServiceInfo {
  readonly service: string;
  readonly version: string;
  /** What else there is to say, such as `environment` or `revision`. */
  readonly [label: string]: string;
}

const LONGEST_VALUE = 128;

/**
 * Tells which service this is, and its version: `service_info`, always 1, to be joined to other metrics.
 *
 * @throws CollectorsError for a label that cannot be.
 */
export function serviceInfo(info: ServiceInfo): Collector {
  const labels = { ...info };
  for (const [name, value] of Object.entries(labels)) {
    checkMetricName('A label of service_info', name);
    if (name.startsWith('__') || typeof value !== 'string' || value === '' || value.length > LONGEST_VALUE) {
      throw new CollectorsError(
        'OPTIONS_INVALID',
        `Label ${name} of service_info has to be a text of 1 to ${LONGEST_VALUE} characters, and its name not begin with __.`,
      );
    }
  }
  const family: Family = {
    name: 'service_info',
    help: 'What this service is: always 1.',
    type: 'gauge',
    labelNames: Object.keys(labels),
    aggregator: 'max',
  };
  return {
    kind: 'service_info',
    name: '',
    families: [family],
    start: () => ({ read: () => [{ family, labels, value: 1 }], stop() {} }),
  };
}
