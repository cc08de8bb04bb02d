import { maxBytes, maxFiles } from './directory-limits.js';
import { directorySetting } from './directory-setting.js';
import { openSources, peekSetting, type ReadSettings, readSettings } from './read-settings.js';
import type { EffectiveSetting } from './setting.js';
import type { Environment } from './setting-source.js';
import {
  allowNetworkFileSystem,
  backend,
  type BackendChoice,
  collectIntervalMs,
  instance,
  maxShardBytes,
  overflow,
  type OverflowChoice,
} from './writer-settings.js';

/** What a process that writes shards needs to know. */
export interface WriterConfig {
  /** Absolute, normalised path of the shared directory; writable and searchable when it was checked. */
  readonly dir: string;
  readonly backend: BackendChoice;
  /** A name of this writer that outlives its process, for the `pid` label of `all` gauges; absent if not given. */
  readonly instance?: string;
  /** The size in bytes up to which one shard file takes new label sets. */
  readonly maxShardBytes: number;
  readonly overflow: OverflowChoice;
  /** Files in the directory at which a new writer is refused, if any is. */
  readonly maxFiles: number;
  /** Bytes in the directory at which a new writer is refused, if any is. */
  readonly maxBytes: number;
  /** Milliseconds between two runs of the `collect` callbacks of metrics. */
  readonly collectIntervalMs: number;
  /** Whether the directory may be where locks hold on this host only. */
  readonly allowNetworkFileSystem: boolean;
}

/** Explicit values; each beats its environment variable unless it is `undefined`. */
export interface WriterOverrides {
  readonly dir?: string | undefined;
  readonly backend?: BackendChoice | undefined;
  readonly instance?: string | undefined;
  readonly maxShardBytes?: number | undefined;
  readonly overflow?: OverflowChoice | undefined;
  readonly maxFiles?: number | undefined;
  readonly maxBytes?: number | undefined;
  readonly collectIntervalMs?: number | undefined;
  readonly allowNetworkFileSystem?: boolean | undefined;
}

/**
 * Reads what a writer needs from the environment and the configuration file.
 *
 * @param env - The environment to read; that of the process by default.
 * @throws {@link ConfigError} with every problem at once, among them a directory that this process cannot
 *   write and search.
 */
export function loadWriterConfig(
  env: Environment = process.env,
  overrides: WriterOverrides = {},
): WriterConfig {
  return read(env, overrides).config;
}

/** The settings of a writer as they take effect, with their origins; throws as {@link loadWriterConfig} does. */
export function describeWriterConfig(
  env: Environment = process.env,
  overrides: WriterOverrides = {},
): readonly EffectiveSetting[] {
  return read(env, overrides).effective;
}

function read(env: Environment, overrides: WriterOverrides): ReadSettings<WriterConfig> {
  const sources = openSources(env);
  const { allowNetworkFileSystem: allowed } = overrides;
  const mayBeRemote = peekSetting(allowNetworkFileSystem, 'allowNetworkFileSystem', sources, allowed);
  const dir = directorySetting('write', mayBeRemote);
  return readSettings<WriterConfig>(
    {
      dir,
      backend,
      instance,
      maxShardBytes,
      maxFiles,
      maxBytes,
      overflow,
      collectIntervalMs,
      allowNetworkFileSystem,
    },
    sources,
    overrides,
  );
}
