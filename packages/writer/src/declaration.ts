import type { MetricConfiguration, MetricRegistry } from './metric-configuration.js';

const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const PROMETHEUS_TEXT = 'text/plain; version=0.0.4; charset=utf-8';

/** What every metric takes from its configuration, checked. */
export interface Declaration {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  readonly registers: readonly MetricRegistry[];
}

/**
 * Checks a configuration, in prom-client's order and with its messages.
 *
 * @param reservedLabel - The label name that the type uses itself.
 * @param defaultRegisters - Where a metric registers that names no registries.
 */
export function checkDeclaration(
  configuration: MetricConfiguration<string> & { readonly collect?: unknown },
  reservedLabel: string | undefined,
  defaultRegisters: readonly MetricRegistry[],
): Declaration {
  if (configuration === null || typeof configuration !== 'object') {
    throw new TypeError('constructor expected a config object');
  }
  const { name, help, labelNames = [], enableExemplars, collect } = configuration;
  if (!help) throw new Error('Missing mandatory help parameter');
  if (!name) throw new Error('Missing mandatory name parameter');
  if (!METRIC_NAME.test(name)) throw new Error('Invalid metric name');
  if (!labelNames.every((label) => LABEL_NAME.test(label))) throw new Error('Invalid label name');
  if (collect !== undefined && collect !== null && typeof collect !== 'function') {
    throw new Error('Optional "collect" parameter must be a function');
  }
  if (reservedLabel !== undefined && labelNames.includes(reservedLabel)) {
    throw new Error(`${reservedLabel} is a reserved label keyword`);
  }
  const registers = configuration.registers ?? defaultRegisters;
  if (enableExemplars === true && registers.some(({ contentType }) => contentType === PROMETHEUS_TEXT)) {
    throw new TypeError('Exemplars are supported only on OpenMetrics registries');
  }
  return { name, help, labelNames: [...labelNames], registers };
}
