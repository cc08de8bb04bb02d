import { directorySetting } from './directory-setting.js';
import { host, labelPolicy, type LabelPolicyChoice, port } from './exporter-settings.js';
import { openSources, type ReadSettings, readSettings } from './read-settings.js';
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
import type { EffectiveSetting } from './setting.js';
import type { Environment } from './setting-source.js';

/** What the read-only exporter needs to know, and all that it reads from the environment. */
export interface ExporterConfig {
  /** Absolute, normalised path of the shared directory; readable and searchable when it was checked. */
  readonly dir: string;
  /** Address to listen on: an IP literal without brackets, a host name, or `unix:` and the path of a socket. */
  readonly host: string;
  /** Port to listen on; 0 lets the system choose. Of no account for a Unix socket. */
  readonly port: number;
  /** Mode of the Unix socket, four octal digits. */
  readonly socketMode: string;
  /** Whether the listening sockets are systemd's; `host` and `port` are then of no account. */
  readonly systemdSocket: boolean;
  /** Absolute path of the file with TLS and authentication; absent if not given. Not looked at here. */
  readonly webConfigFile?: string;
  /** Whether `/` is a page. */
  readonly landingPage: boolean;
  /** Whether there are `/-/healthy` and `/-/ready`. */
  readonly healthRoutes: boolean;
  /** How many scrapes are worked on at once. */
  readonly maxInFlight: number;
  /** How many connections are kept. */
  readonly maxConnections: number;
  /** Which labels go out. */
  readonly labelPolicy: LabelPolicyChoice;
  /** How many shards one scrape reads at most. */
  readonly maxScrapeFiles: number;
  /** How many bytes of shards one scrape reads at most. */
  readonly maxScrapeBytes: number;
  /** How many series a scrape serves at most. */
  readonly maxScrapeSeries: number;
}

/** Explicit values; each beats its environment variable unless it is `undefined`. */
export interface ExporterOverrides {
  readonly dir?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly socketMode?: string | undefined;
  readonly systemdSocket?: boolean | undefined;
  readonly webConfigFile?: string | undefined;
  readonly landingPage?: boolean | undefined;
  readonly healthRoutes?: boolean | undefined;
  readonly maxInFlight?: number | undefined;
  readonly maxConnections?: number | undefined;
  readonly labelPolicy?: LabelPolicyChoice | undefined;
  readonly maxScrapeFiles?: number | undefined;
  readonly maxScrapeBytes?: number | undefined;
  readonly maxScrapeSeries?: number | undefined;
}

/**
 * Reads what the exporter needs from the environment and the configuration file, and looks at no other variable's
 * value: settings of a database, a queue or an application may be absent or wrong.
 *
 * @param env - The environment to read; that of the process by default.
 * @throws {@link ConfigError} with every problem at once, among them a directory that this process cannot
 *   read and search.
 */
export function loadExporterConfig(
  env: Environment = process.env,
  overrides: ExporterOverrides = {},
): ExporterConfig {
  return read(env, overrides).config;
}

/** The settings of an exporter as they take effect, with their origins; throws as {@link loadExporterConfig} does. */
export function describeExporterConfig(
  env: Environment = process.env,
  overrides: ExporterOverrides = {},
): readonly EffectiveSetting[] {
  return read(env, overrides).effective;
}

function read(env: Environment, overrides: ExporterOverrides): ReadSettings<ExporterConfig> {
  // A reader takes no locks, so that a network file system does it no harm.
  const dir = directorySetting('read', true);
  const server = { host, port, socketMode, systemdSocket, maxInFlight, maxConnections };
  const offers = { webConfigFile, landingPage, healthRoutes, labelPolicy };
  const budgets = { maxScrapeFiles, maxScrapeBytes, maxScrapeSeries };
  const settings = { dir, ...server, ...offers, ...budgets };
  return readSettings<ExporterConfig>(settings, openSources(env), overrides);
}
