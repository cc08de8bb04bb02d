import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { threadId } from 'node:worker_threads';

/** Who this writer is, for its shard id and its owner record. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Node's `threadId`; 0 on the main thread. */
  readonly threadId: number;
  readonly processStartTime: string | null;
  readonly bootId: string | null;
  readonly pidNamespace: string | null;
}

/** Reads who this process and thread are; what Linux's /proc does not tell is null. */
export function readProcessIdentity(): ProcessIdentity {
  return {
    pid: process.pid,
    threadId,
    processStartTime: startTimeOf(attempt(() => fs.readFileSync('/proc/self/stat', 'utf8')) ?? ''),
    bootId: attempt(() => fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    pidNamespace: attempt(() => fs.readlinkSync('/proc/self/ns/pid')),
  };
}

/** 16 hexadecimal digits that no other writer has. */
export function newNonce(): string {
  return randomBytes(8).toString('hex');
}

/**
 * Field 22 of `/proc/<pid>/stat` (proc_pid_stat(5)). Field 2 is the program's name in parentheses and may hold
 * anything, so fields are counted from the last parenthesis.
 */
export function startTimeOf(stat: string): string | null {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const startTime = fields[19] ?? '';
  return /^[0-9]+$/.test(startTime) ? startTime : null;
}

function attempt(read: () => string): string | null {
  try {
    return read();
  } catch {
    return null;
  }
}
