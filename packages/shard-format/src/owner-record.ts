import { isCount, parseObject } from './json-object.js';

/**
 * Who owns the shards of one id: the JSON in `S.owner`, and in `pruner-<epoch>.lock`. Whoever wrote it may still be
 * alive; the file's lock says so for certain where `locked` is true.
 */
export interface OwnerRecord {
  readonly formatVersion: 1;
  readonly pid: number;
  /** Node's `threadId`; 0 on the main thread. */
  readonly threadId: number;
  /** Field 22 of Linux's `/proc/<pid>/stat` (proc_pid_stat(5)): clock ticks after boot; null where unknown. */
  readonly processStartTime: string | null;
  /** Linux's `/proc/sys/kernel/random/boot_id` (random(4)); null where unknown. */
  readonly bootId: string | null;
  /** What `/proc/self/ns/pid` links to (namespaces(7)); null where unknown. */
  readonly pidNamespace: string | null;
  /** Unix seconds. */
  readonly createdAt: number;
  /** The name under which per-process gauges of this owner are shown, instead of its shard id. */
  readonly instance?: string;
  /** Version of the package that wrote the record. */
  readonly writerVersion: string;
  /** Whether the file is held under an exclusive flock(2) for as long as its owner lives. */
  readonly locked: boolean;
  /** The owner has ended, or given its files up; absent before, and where the lock says so. */
  readonly closed?: true;
}

/** Writes an owner record as JSON. */
export function encodeOwnerRecord(record: OwnerRecord): string {
  return `${JSON.stringify(record)}\n`;
}

/** Reads an owner record; undefined where the text is not one, or of a format version from the future. */
export function parseOwnerRecord(text: string): OwnerRecord | undefined {
  const json = parseObject(text);
  if (json === undefined || json['formatVersion'] !== 1) return undefined;
  const {
    pid,
    threadId,
    processStartTime,
    bootId,
    pidNamespace,
    createdAt,
    instance,
    writerVersion,
    locked,
    closed,
  } = json;
  if (!isCount(pid) || pid === 0 || !isCount(threadId)) return undefined;
  if (!isTextOrNull(processStartTime) || !isTextOrNull(bootId) || !isTextOrNull(pidNamespace))
    return undefined;
  if (typeof createdAt !== 'number' || typeof writerVersion !== 'string' || typeof locked !== 'boolean')
    return undefined;
  if (closed !== undefined && closed !== true) return undefined;
  if (instance !== undefined && typeof instance !== 'string') return undefined;
  return {
    formatVersion: 1,
    pid,
    threadId,
    processStartTime,
    bootId,
    pidNamespace,
    createdAt,
    ...(instance === undefined ? {} : { instance }),
    writerVersion,
    locked,
    ...(closed === undefined ? {} : { closed }),
  };
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}
