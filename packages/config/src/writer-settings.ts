import { z } from 'zod';

import { LONGEST_TIMER_MS } from './longest-timer.js';
import { integerSetting, optionalTextSetting, type Setting, switchSetting, textSetting } from './setting.js';

/** How a writer brings its values to the disk; `auto` takes `mmap` where the native addon is loaded. */
export type BackendChoice = 'auto' | 'mmap' | 'pwrite';

/** Whether a writer may join a directory that is full: with a warning of the pruner, or not at all. */
export type OverflowChoice = 'warn' | 'refuse';

const KIB = 1024;
const MIB = 1024 * KIB;

export const backend: Setting<BackendChoice> = textSetting<BackendChoice>(
  {
    variable: 'PROMSHARD_BACKEND',
    expected: 'one of auto, mmap, pwrite',
    example: 'auto',
    description: 'How a writer brings its values to the disk; auto takes mmap where the native addon works.',
  },
  z.enum(['auto', 'mmap', 'pwrite'], { error: 'names no backend' }),
  'auto',
);

export const instance: Setting<string | undefined> = optionalTextSetting(
  {
    variable: 'PROMSHARD_INSTANCE',
    expected: '1 to 63 letters, digits, ".", "_", "-" or ":", the first a letter or digit',
    example: 'worker-1',
    description: 'A name of the writer that outlives its process, for the pid label of all gauges.',
  },
  z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,62}$/, { error: 'is empty, too long or has other characters' }),
);

// A shard starts with one block of 4 KiB and doubles; the next doubling after 1 GiB does not fit the int32 that
// counts the bytes in use.
export const maxShardBytes: Setting<number> = integerSetting(
  {
    variable: 'PROMSHARD_MAX_SHARD_BYTES',
    expected: 'a whole number of bytes from 4096 to 1073741824',
    example: '67108864',
    description: 'The size in bytes up to which one shard file takes new label sets.',
  },
  { min: 4 * KIB, max: 1024 * MIB, fallback: 64 * MIB },
);

export const overflow: Setting<OverflowChoice> = textSetting<OverflowChoice>(
  {
    variable: 'PROMSHARD_OVERFLOW',
    expected: 'one of warn, refuse',
    example: 'warn',
    description: 'Whether a writer may join a directory that has reached its limits.',
  },
  z.enum(['warn', 'refuse'], { error: 'is neither' }),
  'warn',
);

export const collectIntervalMs: Setting<number> = integerSetting(
  {
    variable: 'PROMSHARD_COLLECT_INTERVAL_MS',
    expected: `a whole number of milliseconds from 10 to ${LONGEST_TIMER_MS}`,
    example: '5000',
    description: 'Milliseconds between two runs of the collect callbacks of metrics.',
  },
  { min: 10, max: LONGEST_TIMER_MS, fallback: 5000 },
);

/** Of writers and pruners, which lock files. */
export const allowNetworkFileSystem: Setting<boolean> = switchSetting(
  {
    variable: 'PROMSHARD_ALLOW_NETWORK_FS',
    expected: 'true or false',
    example: 'false',
    description:
      'Whether the directory may be on a network or FUSE file system whose locks hold on this host only.',
  },
  false,
);
