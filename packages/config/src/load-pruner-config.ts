import { maxBytes, maxFiles } from './directory-limits.js';
import { directorySetting } from './directory-setting.js';
import { foreignWriters, type ForeignWritersChoice, intervalMs } from './pruner-settings.js';
import { openSources, peekSetting, type ReadSettings, readSettings } from './read-settings.js';
import type { EffectiveSetting } from './setting.js';
import type { Environment } from './setting-source.js';
import { allowNetworkFileSystem } from './writer-settings.js';

/** What the pruner needs to know. */
export interface PrunerConfig {
  /** Absolute, normalised path of the shared directory; readable, writable and searchable when it was checked. */
  readonly dir: string;
  /** Milliseconds from the end of one run to the start of the next. */
  readonly intervalMs: number;
  /** Files in the directory above which it counts as overflowing. */
  readonly maxFiles: number;
  /** Bytes in the directory above which it counts as overflowing. */
  readonly maxBytes: number;
  readonly foreignWriters: ForeignWritersChoice;
  /** Whether the directory may be where locks hold on this host only. */
  readonly allowNetworkFileSystem: boolean;
}

/** Explicit values; each beats its environment variable unless it is `undefined`. */
export interface PrunerOverrides {
  readonly dir?: string | undefined;
  readonly intervalMs?: number | undefined;
  readonly maxFiles?: number | undefined;
  readonly maxBytes?: number | undefined;
  readonly foreignWriters?: ForeignWritersChoice | undefined;
  readonly allowNetworkFileSystem?: boolean | undefined;
}

/**
 * Reads what the pruner needs from the environment and the configuration file.
 *
 * @param env - The environment to read; that of the process by default.
 * @throws {@link ConfigError} with every problem at once, among them a directory that this process cannot
 *   read, write and search.
 */
export function loadPrunerConfig(
  env: Environment = process.env,
  overrides: PrunerOverrides = {},
): PrunerConfig {
  return read(env, overrides).config;
}

/** The settings of a pruner as they take effect, with their origins; throws as {@link loadPrunerConfig} does. */
export function describePrunerConfig(
  env: Environment = process.env,
  overrides: PrunerOverrides = {},
): readonly EffectiveSetting[] {
  return read(env, overrides).effective;
}

function read(env: Environment, overrides: PrunerOverrides): ReadSettings<PrunerConfig> {
  const sources = openSources(env);
  const { allowNetworkFileSystem: allowed } = overrides;
  const mayBeRemote = peekSetting(allowNetworkFileSystem, 'allowNetworkFileSystem', sources, allowed);
  const dir = directorySetting('prune', mayBeRemote);
  return readSettings<PrunerConfig>(
    { dir, intervalMs, maxFiles, maxBytes, foreignWriters, allowNetworkFileSystem },
    sources,
    overrides,
  );
}
