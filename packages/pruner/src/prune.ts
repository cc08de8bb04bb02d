import { loadNative } from '@promshard/native';

import { FOLD_LIMITS, type FoldLimits } from './fold-dead.js';
import { thisHost, type Host } from './host.js';
import type { DirectoryLimits } from './measure-directory.js';
import { openPruneDirectory, type FileLocks, type PruneDirectory } from './prune-directory.js';
import type { PruneReport } from './prune-report.js';
import { toPrunerError } from './pruner-error.js';
import { runPrune } from './run-prune.js';
import { underLock } from './under-lock.js';

/** `keep` or `fold` the shards of writers without an owner record. */
export type ForeignWritersPolicy = 'keep' | 'fold';

/** What to prune, and how. */
export interface PruneOptions {
  /** Absolute path of the shared directory. */
  readonly dir: string;
  /** Find out and report, without changing anything; false by default. Takes no lock of the pruner. */
  readonly dryRun?: boolean | undefined;
  /** The file locks of `@promshard/native`, where its addon is there by default; `false` goes without. */
  readonly native?: FileLocks | false | undefined;
  /**
   * What becomes of the shards of writers that keep no owner record, Python's: `keep` them for ever, by default, or `fold`
   * them when no process has them open for writing any more. See the README for where that can be told.
   */
  readonly foreignWriters?: ForeignWritersPolicy | undefined;
  /** Files above which the directory counts as overflowing; no limit by default. */
  readonly maxFiles?: number | undefined;
  /** Bytes above which the directory counts as overflowing; no limit by default. */
  readonly maxBytes?: number | undefined;
  /**
   * Gives up folded series that no writer has touched for so long, in milliseconds; never by default. Such a total
   * vanishes, and begins at zero where the series comes back.
   */
  readonly retireAfterMs?: number | undefined;
  /** How much is folded at once, and when earlier folds are merged; for tests, which make small ones. */
  readonly foldLimits?: FoldLimits | undefined;
  /** Reaches the directory in place of `node:fs`, for tests that inject faults. */
  readonly directory?: PruneDirectory | undefined;
  /** What is known of processes; this machine's by default. */
  readonly host?: Host | undefined;
  /** Unix milliseconds; `Date.now` by default. */
  readonly now?: (() => number) | undefined;
}

/**
 * Runs the pruner once: folds and removes what dead writers left in a directory.
 *
 * Never rejects for anything that the directory or the disk does: a run that could not do its work is a report too.
 */
export async function prune(options: PruneOptions): Promise<PruneReport> {
  const { dir, dryRun = false, native, maxFiles, maxBytes, host = thisHost(), now = Date.now } = options;
  const { foreignWriters = 'keep', retireAfterMs, foldLimits = FOLD_LIMITS } = options;
  const limits: DirectoryLimits = { maxFiles, maxBytes };
  const locks = native === false ? undefined : (native ?? loadNative().addon);
  const directory = options.directory ?? openPruneDirectory(dir, locks);
  const run = { directory, host, now, limits, foreignWriters, foldLimits, retireAfterMs };
  if (!dryRun) return underLock(directory, host, now, (confirm) => runPrune({ ...run, confirm }));
  try {
    return await runPrune({ ...run, confirm: undefined });
  } catch (error) {
    return { kind: 'failed', dir, error: toPrunerError(error, dir) };
  }
}
