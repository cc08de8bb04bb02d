import type { Host } from './host.js';
import type { PruneDirectory } from './prune-directory.js';
import type { PruneBusy, PruneFailed } from './prune-report.js';
import { acquirePrunerLock, explainHolder } from './pruner-lock.js';
import { toPrunerError } from './pruner-error.js';

/**
 * Does work as the only pruner of a directory; whatever keeps it from that is a report, never an exception.
 *
 * @param now - Unix milliseconds.
 * @param work - Is given what throws where the lock was lost.
 */
export async function underLock<Report>(
  directory: PruneDirectory,
  host: Host,
  now: () => number,
  work: (confirm: () => Promise<void>) => Promise<Report>,
): Promise<Report | PruneBusy | PruneFailed> {
  const dir = directory.path;
  try {
    const outcome = await acquirePrunerLock(directory, host, now);
    if (outcome.kind === 'busy') {
      const { holder } = outcome;
      return { kind: 'busy', dir, holder, message: explainHolder(dir, holder) };
    }
    const { lock } = outcome;
    try {
      return await work(() => lock.confirm());
    } finally {
      await lock.release();
    }
  } catch (error) {
    return { kind: 'failed', dir, error: toPrunerError(error, dir) };
  }
}
