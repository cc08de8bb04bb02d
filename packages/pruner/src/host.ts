import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { threadId } from 'node:worker_threads';

import { systemCode } from './pruner-error.js';

/** What this process can find out about processes, itself among them. */
export interface Host {
  readonly pid: number;
  /** Node's `threadId`; 0 on the main thread. */
  readonly threadId: number;
  /** `/proc/sys/kernel/random/boot_id` (random(4)); null where there is none. */
  readonly bootId: string | null;
  /** What `/proc/self/ns/pid` links to (namespaces(7)); null where there is none. */
  readonly pidNamespace: string | null;
  /**
   * Whether a process has this PID, in this process's PID namespace. One that has ended, and that nobody has waited for
   * (a zombie, with no thread left), has not.
   */
  exists(pid: number): boolean;
  /** Field 22 of `/proc/<pid>/stat` (proc_pid_stat(5)); null where it cannot be read. */
  startTimeOf(pid: number): string | null;
}

/** The machine that this process runs on. */
export function thisHost(): Host {
  return {
    pid: process.pid,
    threadId,
    bootId: readOrNull(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    pidNamespace: readOrNull(() => readlinkSync('/proc/self/ns/pid')),
    exists: processExists,
    startTimeOf: (pid) => readOrNull(() => startTimeIn(readFileSync(`/proc/${pid}/stat`, 'utf8'))),
  };
}

/** Finds the start time in the text of `/proc/<pid>/stat`; null where it is not there. */
export function startTimeIn(stat: string): string | null {
  // The second field is the command in parentheses, and may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 1).match(/\S+/g);
  return fields?.[22 - 3] ?? null;
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    // EPERM means that it exists and is not ours; whatever else cannot be told counts as existing.
    return systemCode(error) !== 'ESRCH';
  }
}

/** The state that /proc/<pid>/stat shows is that of the first thread: others may outlive it. */
function isZombie(pid: number): boolean {
  const state = readOrNull(() => stateIn(readFileSync(`/proc/${pid}/stat`, 'utf8')));
  if (state !== 'Z' && state !== 'X') return false;
  return readOrNull(() => String(readdirSync(`/proc/${pid}/task`).length)) === '1';
}

function stateIn(stat: string): string | null {
  return stat.slice(stat.lastIndexOf(')') + 1).match(/\S/)?.[0] ?? null;
}

function readOrNull(read: () => string | null): string | null {
  try {
    return read();
  } catch {
    return null;
  }
}
