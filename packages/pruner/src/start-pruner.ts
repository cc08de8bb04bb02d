import { loadPrunerConfig } from '@promshard/config';

import { lastingTroubles } from './lasting-troubles.js';
import { prune, type ForeignWritersPolicy } from './prune.js';
import type { FileLocks } from './prune-directory.js';
import type { PruneReport } from './prune-report.js';
import { PrunerError, toPrunerError } from './pruner-error.js';

/** Where the pruner runs, and how often. What is left out comes from the environment (`@promshard/config`). */
export interface PrunerOptions {
  /** Absolute path of the shared directory; `PROMETHEUS_MULTIPROC_DIR` by default. */
  readonly dir?: string | undefined;
  /** Milliseconds from the end of one run to the start of the next; 10,000 by default. */
  readonly intervalMs?: number | undefined;
  /** Files above which the directory counts as overflowing; 10,000 by default. */
  readonly maxFiles?: number | undefined;
  /** Bytes above which the directory counts as overflowing; 1 GiB by default. */
  readonly maxBytes?: number | undefined;
  /** What becomes of Python's shards; see `prune`. `PROMSHARD_FOREIGN_WRITERS`, or `keep`, by default. */
  readonly foreignWriters?: ForeignWritersPolicy | undefined;
  /** Gives up folded series that no writer has touched for so long, in milliseconds; never by default. */
  readonly retireAfterMs?: number | undefined;
  /** The file locks of `@promshard/native`, where its addon is there by default; `false` goes without. */
  readonly native?: FileLocks | false | undefined;
  /** Told of every run. */
  readonly onReport?: ((report: PruneReport) => void) | undefined;
  /**
   * Told of every run that failed, or that can never get the lock, and when the directory begins to overflow, or to hold
   * owner records that may not be read; by default a process warning, once a message.
   */
  readonly onError?: ((error: PrunerError) => void) | undefined;
  /** The environment to read; that of the process by default. */
  readonly env?: NodeJS.ProcessEnv | undefined;
}

/** Tells of exits, as every `EventEmitter` of Node.js and the bus of PM2 do. */
export interface ExitSource {
  on(event: string, listener: (detail: unknown) => void): unknown;
  off(event: string, listener: (detail: unknown) => void): unknown;
}

/** A pruner at work. */
export interface Pruner {
  /**
   * Runs now, and resolves with that run's report. During a run, it waits for the next, which every such call shares:
   * what has died by now is seen.
   */
  pruneNow(): Promise<PruneReport>;
  /**
   * Runs at each exit that a source tells of: a child process, a worker thread, `cluster`, or, with the event
   * `process:event`, the bus of PM2. Exits during a run share the next one. What the run comes to is told to `onReport`
   * and `onError`.
   *
   * @returns Stops watching; so does `close`.
   */
  watch(source: ExitSource, event?: 'exit' | 'process:event'): () => void;
  /** Stops, after the run that is under way; `pruneNow` rejects from now on. */
  close(): Promise<void>;
}

/**
 * Starts to prune a directory: at once, then at an interval. Keeps no process alive by itself.
 *
 * @throws {@link ConfigError} of `@promshard/config` where the directory or a number cannot be used.
 */
export function startPruner(options: PrunerOptions = {}): Pruner {
  const { native, onReport, onError = warnOnce(), retireAfterMs } = options;
  const config = loadPrunerConfig(options.env, options);
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<PruneReport> | undefined;
  let following: Promise<PruneReport> | undefined;
  let isClosed = false;
  /** Of what lasts, what was told. */
  let told: ReadonlySet<string> = new Set();
  const unwatch = new Set<() => void>();

  const tell = (report: PruneReport): void => {
    const error = errorOf(report);
    if (error !== undefined) onError(error);
    if (report.kind === 'done') {
      const troubles = lastingTroubles(report);
      for (const trouble of troubles) if (!told.has(trouble.code)) onError(trouble);
      told = new Set(troubles.map(({ code }) => code));
    }
    try {
      onReport?.(report);
    } catch (thrown) {
      // A listener's fault must not end the pruning, and not go unheard.
      onError(toPrunerError(thrown, config.dir));
    }
  };
  const runOnce = async (): Promise<PruneReport> => {
    clearTimeout(timer);
    try {
      const report = await prune({ ...config, native, retireAfterMs });
      tell(report);
      return report;
    } finally {
      running = undefined;
      if (!isClosed)
        timer = setTimeout(() => void pruneNow().catch(() => undefined), config.intervalMs).unref();
    }
  };
  const pruneNow = async (): Promise<PruneReport> => {
    if (isClosed)
      throw new PrunerError('closed', config.dir, `The pruner of ${config.dir} was closed before.`);
    if (running === undefined) {
      running = runOnce();
      return running;
    }
    following ??= follow(running);
    return following;
  };
  const follow = async (current: Promise<PruneReport>): Promise<PruneReport> => {
    await current.catch(() => undefined);
    following = undefined;
    return pruneNow();
  };

  void pruneNow().catch(() => undefined);
  return {
    pruneNow,
    watch: (source, event = 'exit') => {
      const listener = (detail: unknown): void => {
        if (event === 'exit' || isExitOfPm2(detail)) void pruneNow().catch(() => undefined);
      };
      const stop = (): void => {
        source.off(event, listener);
        unwatch.delete(stop);
      };
      source.on(event, listener);
      unwatch.add(stop);
      return stop;
    },
    close: async () => {
      isClosed = true;
      for (const stop of unwatch) stop();
      clearTimeout(timer);
      await running?.catch(() => undefined);
    },
  };
}

/** PM2 tells of starts and restarts by the same event (its `lib/Event.js`). */
function isExitOfPm2(detail: unknown): boolean {
  return typeof detail === 'object' && detail !== null && 'event' in detail && detail.event === 'exit';
}

function errorOf(report: PruneReport): PrunerError | undefined {
  if (report.kind === 'failed') return report.error;
  const isBlocked = report.kind === 'busy' && report.holder.liveness.kind === 'unknown';
  return isBlocked ? new PrunerError('lock-blocked', report.dir, report.message) : undefined;
}

function warnOnce(): (error: PrunerError) => void {
  const told = new Set<string>();
  return (error) => {
    if (told.has(error.message)) return;
    told.add(error.message);
    process.emitWarning(error);
  };
}
