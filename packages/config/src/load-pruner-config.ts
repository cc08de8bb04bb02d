import { z } from 'zod';

import { maxBytes, maxFiles } from './directory-limits.js';
import { directorySetting } from './directory-setting.js';
import { type Environment, readSettings } from './read-settings.js';
import { integerSetting, textSetting } from './setting.js';

/** What becomes of dead writers' shards that have no owner record, such as Python's. */
export type ForeignWritersChoice = 'keep' | 'fold';

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
}

/** Explicit values; each beats its environment variable unless it is `undefined`. */
export interface PrunerOverrides {
  readonly dir?: string | undefined;
  readonly intervalMs?: number | undefined;
  readonly maxFiles?: number | undefined;
  readonly maxBytes?: number | undefined;
  readonly foreignWriters?: ForeignWritersChoice | undefined;
}

// setTimeout and setInterval turn a longer delay into 1 ms.
const LONGEST_TIMER_MS = 2_147_483_647;

const intervalMs = integerSetting(
  {
    variable: 'PROMSHARD_PRUNE_INTERVAL_MS',
    expected: `a whole number of milliseconds from 10 to ${LONGEST_TIMER_MS}`,
    example: '10000',
  },
  { min: 10, max: LONGEST_TIMER_MS, fallback: 10_000 },
);

const foreignWriters = textSetting<ForeignWritersChoice>(
  { variable: 'PROMSHARD_FOREIGN_WRITERS', expected: 'one of keep, fold', example: 'fold' },
  z.enum(['keep', 'fold'], { error: 'is neither' }),
  'keep',
);

/**
 * Reads what the pruner needs from the environment.
 *
 * @param env - The environment to read; that of the process by default.
 * @throws {@link ConfigError} with every problem at once, among them a directory that this process cannot
 *   read, write and search.
 */
export function loadPrunerConfig(
  env: Environment = process.env,
  overrides: PrunerOverrides = {},
): PrunerConfig {
  return readSettings<PrunerConfig>(
    { dir: directorySetting('prune'), intervalMs, maxFiles, maxBytes, foreignWriters },
    env,
    overrides,
  );
}
