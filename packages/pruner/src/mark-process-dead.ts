import { loadPrunerConfig } from '@promshard/config';
import { loadNative } from '@promshard/native';
import { isLiveMode, parseFileName } from '@promshard/shard-format';

import { listNames } from './list-names.js';
import { openPruneDirectory, type FileLocks } from './prune-directory.js';

/** Where a process has died. */
export interface MarkProcessDeadOptions {
  /** Absolute path of the shared directory; `PROMETHEUS_MULTIPROC_DIR` by default. */
  readonly dir?: string | undefined;
  /** The system calls of `@promshard/native`, where its addon is there by default; `false` goes without. */
  readonly native?: FileLocks | false | undefined;
}

/** Which files a {@link markProcessDead} found. */
export interface MarkedDead {
  readonly removed: readonly string[];
  /** Files that a process has open for writing: of another container, or of one that has the PID by now. */
  readonly kept: readonly string[];
}

/**
 * Removes the `live…` gauges of a Python process that has died, as `prometheus_client.multiprocess.mark_process_dead`
 * does. promshard's own writers need no such call: {@link prune} knows when they are dead, and takes Python's other
 * shards too where it is told to.
 *
 * @param pid - The PID, or what the process's `process_identifier` gave.
 * @throws The error of `node:fs` where the directory cannot be listed, or a file not removed; ConfigError of
 *   `@promshard/config` where the directory cannot be used.
 */
export async function markProcessDead(
  pid: number | string,
  { dir, native }: MarkProcessDeadOptions = {},
): Promise<MarkedDead> {
  const locks = native === false ? undefined : (native ?? loadNative().addon);
  const directory = openPruneDirectory(loadPrunerConfig(process.env, { dir }).dir, locks);
  const removed: string[] = [];
  const kept: string[] = [];
  for (const name of await listNames(directory)) {
    const parsed = parseFileName(name);
    if (parsed.type !== 'shard' || parsed.shard.kind !== 'gauge' || !isLiveMode(parsed.shard.mode)) continue;
    if (parsed.id !== String(pid)) continue;
    if ((await directory.hasWriters(name)) === true) kept.push(name);
    else if (await directory.remove(name)) removed.push(name);
  }
  return { removed, kept };
}
