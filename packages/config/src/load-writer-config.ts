import { z } from 'zod';

import { maxBytes, maxFiles } from './directory-limits.js';
import { directorySetting } from './directory-setting.js';
import { type Environment, readSettings } from './read-settings.js';
import { integerSetting, optionalTextSetting, textSetting } from './setting.js';

/** How a writer brings its values to the disk; `auto` takes `mmap` where the native addon is loaded. */
export type BackendChoice = 'auto' | 'mmap' | 'pwrite';

/** Whether a writer may join a directory that is full: with a warning of the pruner, or not at all. */
export type OverflowChoice = 'warn' | 'refuse';

/** What a process that writes shards needs to know. */
export interface WriterConfig {
  /** Absolute, normalised path of the shared directory; writable and searchable when it was checked. */
  readonly dir: string;
  readonly backend: BackendChoice;
  /** A name of this writer that outlives its process, for the `pid` label of `all` gauges; absent if not given. */
  readonly instance?: string;
  /** The size in bytes that one shard file may reach. */
  readonly maxShardBytes: number;
  readonly overflow: OverflowChoice;
  /** Files in the directory at which a new writer is refused, if any is. */
  readonly maxFiles: number;
  /** Bytes in the directory at which a new writer is refused, if any is. */
  readonly maxBytes: number;
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
}

const KIB = 1024;
const MIB = 1024 * KIB;

const backend = textSetting<BackendChoice>(
  { variable: 'PROMSHARD_BACKEND', expected: 'one of auto, mmap, pwrite', example: 'auto' },
  z.enum(['auto', 'mmap', 'pwrite'], { error: 'names no backend' }),
  'auto',
);

const instance = optionalTextSetting(
  {
    variable: 'PROMSHARD_INSTANCE',
    expected: '1 to 63 letters, digits, ".", "_", "-" or ":", the first a letter or digit',
    example: 'worker-1',
  },
  z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,62}$/, { error: 'is empty, too long or has other characters' }),
);

// A shard starts with one block of 4 KiB and doubles; the next doubling after 1 GiB does not fit the int32 that
// counts the bytes in use.
const maxShardBytes = integerSetting(
  {
    variable: 'PROMSHARD_MAX_SHARD_BYTES',
    expected: 'a whole number of bytes from 4096 to 1073741824',
    example: '67108864',
  },
  { min: 4 * KIB, max: 1024 * MIB, fallback: 64 * MIB },
);

const overflow = textSetting<OverflowChoice>(
  { variable: 'PROMSHARD_OVERFLOW', expected: 'one of warn, refuse', example: 'warn' },
  z.enum(['warn', 'refuse'], { error: 'is neither' }),
  'warn',
);

/**
 * Reads what a writer needs from the environment.
 *
 * @param env - The environment to read; that of the process by default.
 * @throws {@link ConfigError} with every problem at once, among them a directory that this process cannot
 *   write and search.
 */
export function loadWriterConfig(
  env: Environment = process.env,
  overrides: WriterOverrides = {},
): WriterConfig {
  return readSettings<WriterConfig>(
    { dir: directorySetting('write'), backend, instance, maxShardBytes, maxFiles, maxBytes, overflow },
    env,
    overrides,
  );
}
