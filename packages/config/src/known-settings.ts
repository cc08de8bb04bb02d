import { MULTIPROC_DIR_VARIABLE } from './config-error.js';
import { host, labelPolicy, port } from './exporter-settings.js';
import { intervalMs, maxBytes, maxFiles } from './pruner-settings.js';
import type { Setting } from './setting.js';
import { allowNetworkFileSystem, backend, instance, maxShardBytes } from './writer-settings.js';

/** Every setting of every role but the directory, by its key in options and in the configuration file. */
export const KNOWN_SETTINGS: Readonly<Record<string, Setting<unknown>>> = {
  backend,
  instance,
  maxShardBytes,
  allowNetworkFileSystem,
  host,
  port,
  labelPolicy,
  intervalMs,
  maxFiles,
  maxBytes,
};

/** Every key that a configuration file may have. */
export const KNOWN_KEYS: readonly string[] = ['dir', ...Object.keys(KNOWN_SETTINGS)];

/** Every variable of every role. */
export const KNOWN_VARIABLES: readonly string[] = [
  MULTIPROC_DIR_VARIABLE,
  'PROMSHARD_CONFIG',
  ...Object.values(KNOWN_SETTINGS).map(({ variable }) => variable),
];
