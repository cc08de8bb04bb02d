import { MULTIPROC_DIR_VARIABLE } from './config-error.js';
import { maxBytes, maxFiles } from './directory-limits.js';
import { host, labelPolicy, port } from './exporter-settings.js';
import { foreignWriters, intervalMs } from './pruner-settings.js';
import { maxScrapeBytes, maxScrapeFiles, maxScrapeSeries } from './scrape-budgets.js';
import {
  healthRoutes,
  landingPage,
  maxConnections,
  maxInFlight,
  socketMode,
  systemdSocket,
  webConfigFile,
} from './server-settings.js';
import type { Setting } from './setting.js';
import {
  allowNetworkFileSystem,
  backend,
  collectIntervalMs,
  instance,
  maxShardBytes,
  overflow,
} from './writer-settings.js';

/** Every setting of every role but the directory, by its key in options and in the configuration file. */
export const KNOWN_SETTINGS: Readonly<Record<string, Setting<unknown>>> = {
  backend,
  instance,
  maxShardBytes,
  overflow,
  collectIntervalMs,
  allowNetworkFileSystem,
  host,
  port,
  socketMode,
  systemdSocket,
  webConfigFile,
  landingPage,
  healthRoutes,
  maxInFlight,
  maxConnections,
  labelPolicy,
  maxScrapeFiles,
  maxScrapeBytes,
  maxScrapeSeries,
  intervalMs,
  maxFiles,
  maxBytes,
  foreignWriters,
};

/** Every key that a configuration file may have. */
export const KNOWN_KEYS: readonly string[] = ['dir', ...Object.keys(KNOWN_SETTINGS)];

/** Every variable of every role. */
export const KNOWN_VARIABLES: readonly string[] = [
  MULTIPROC_DIR_VARIABLE,
  'PROMSHARD_CONFIG',
  // Read by `@promshard/guardrails/no-listen`, in the same processes.
  'PROMSHARD_ALLOW_LISTEN',
  ...Object.values(KNOWN_SETTINGS).map(({ variable }) => variable),
];
