import { register } from 'prom-client';

import { checkMetricName, checkTime } from './check-options.js';
import type { Collector } from './collector.js';
import { COLLECTOR_ERRORS, CollectorSource } from './collector-source.js';
import { checkOptionNames } from './option-names.js';
import { type MetricRegistry, RegistryFamilies } from './registry-families.js';

/** What is collected, where to, and how often. */
export interface CollectorsOptions {
  /** More can be added later. */
  readonly collectors?: readonly Collector[];
  /** The registry that shows the metrics; prom-client's `register` by default. */
  readonly registry?: MetricRegistry;
  /** What stands before all names; nothing by default. */
  readonly prefix?: string;
  /** How often each dependency is probed, in milliseconds; 10,000 by default. */
  readonly intervalMs?: number;
  /** How long a probe may take, in milliseconds; 2,000 by default. The dependency is down then. */
  readonly timeoutMs?: number;
}

/** Collectors that are at work. */
export interface Collectors {
  /**
   * Begins to collect one more.
   *
   * @returns Ends it and takes its series out of the registry.
   * @throws CollectorsError `NAME_TAKEN`.
   */
  add(collector: Collector): () => void;
  /** Ends all, and takes their metrics out of the registry. Clients and pools stay as they are. */
  close(): void;
}

const DEFAULT_INTERVAL_MS = 10_000;
const DEFAULT_TIMEOUT_MS = 2000;

/**
 * Puts collectors into a registry and begins to probe, at intervals and on timers that keep no process alive: a scrape
 * shows what is known and waits for nobody.
 *
 * @throws CollectorsError for an option that cannot be, and where a name is taken; nothing is collected then.
 */
export function createCollectors(options: CollectorsOptions = {}): Collectors {
  checkOptionNames('createCollectors()', options, {
    collectors: true,
    registry: true,
    prefix: true,
    intervalMs: true,
    timeoutMs: true,
  });
  const {
    collectors = [],
    registry = register,
    prefix = '',
    intervalMs = DEFAULT_INTERVAL_MS,
    timeoutMs = DEFAULT_TIMEOUT_MS,
  } = options;
  if (prefix !== '') checkMetricName('prefix', prefix);
  checkTime('intervalMs', intervalMs);
  checkTime('timeoutMs', timeoutMs);
  const families = RegistryFamilies.of(registry);
  const endings = new Set<() => void>();

  function add(collector: Collector): () => void {
    const source = new CollectorSource(collector);
    const leave = families.add(collector, [...collector.families, COLLECTOR_ERRORS], prefix, source);
    const end = (): void => {
      if (!endings.delete(end)) return;
      leave();
      source.stop();
    };
    try {
      source.start({ timeoutMs, intervalMs });
    } catch (error) {
      leave();
      throw error;
    }
    endings.add(end);
    return end;
  }

  function close(): void {
    for (const end of endings) end();
  }

  try {
    for (const collector of collectors) add(collector);
  } catch (error) {
    close();
    throw error;
  }
  return { add, close };
}
