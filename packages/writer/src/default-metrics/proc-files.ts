/** The memory of a process, in bytes, as Linux's /proc tells it. */
export interface ProcMemory {
  readonly resident: number;
  readonly virtual: number;
  /** Data segments: heap, and what is mapped privately. */
  readonly data: number;
}

/** Reads `/proc/<pid>/status` (proc_pid_status(5)), whose sizes are in KiB; undefined where a line is missing. */
export function parseProcMemory(status: string): ProcMemory | undefined {
  const bytesOf = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1024;
  const memory = { resident: bytesOf('VmRSS'), virtual: bytesOf('VmSize'), data: bytesOf('VmData') };
  return Object.values(memory).some(Number.isNaN) ? undefined : memory;
}

/**
 * Reads the soft limit of open files from `/proc/<pid>/limits` (proc_pid_limits(5)): Infinity for `unlimited`,
 * undefined where the line is missing.
 */
export function parseMaxFiles(limits: string): number | undefined {
  const text = /^Max open files\s+(unlimited|\d+)\s/m.exec(limits)?.[1];
  if (text === undefined) return undefined;
  return text === 'unlimited' ? Infinity : Number(text);
}
