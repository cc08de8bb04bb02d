import { loadNative } from '@promshard/native';

import { thisHost, type Host } from './host.js';
import type { DirectoryLimits } from './measure-directory.js';
import { openPruneDirectory, type FileLocks, type PruneDirectory } from './prune-directory.js';
import type { PruneReport } from './prune-report.js';
import { acquirePrunerLock, explainHolder } from './pruner-lock.js';
import { toPrunerError } from './pruner-error.js';
import { runPrune } from './run-prune.js';

/** What to prune, and how. */
export interface PruneOptions {
  /** Absolute path of the shared directory. */
  readonly dir: string;
  /** Find out and report, without changing anything; false by default. Takes no lock of the pruner. */
  readonly dryRun?: boolean | undefined;
  /** The file locks of `@promshard/native`, where its addon is there by default; `false` goes without. */
  readonly native?: FileLocks | false | undefined;
  /** Files above which the directory counts as overflowing; no limit by default. */
  readonly maxFiles?: number | undefined;
  /** Bytes above which the directory counts as overflowing; no limit by default. */
  readonly maxBytes?: number | undefined;
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
  const limits: DirectoryLimits = { maxFiles, maxBytes };
  const locks = native === false ? undefined : (native ?? loadNative().addon);
  const directory = options.directory ?? openPruneDirectory(dir, locks);
  try {
    if (dryRun) return await runPrune({ directory, host, now, limits, confirm: undefined });
    const outcome = await acquirePrunerLock(directory, host, now);
    if (outcome.kind === 'busy') {
      const { holder } = outcome;
      return { kind: 'busy', dir, holder, message: explainHolder(dir, holder) };
    }
    const { lock } = outcome;
    try {
      return await runPrune({ directory, host, now, limits, confirm: () => lock.confirm() });
    } finally {
      await lock.release();
    }
  } catch (error) {
    return { kind: 'failed', dir, error: toPrunerError(error, dir) };
  }
}
