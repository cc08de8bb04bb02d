import { readdirSync, readFileSync } from 'node:fs';

/** What the exporter's own process uses; what the system does not tell is undefined. */
export interface ProcessUse {
  readonly cpuSeconds: number;
  readonly startTimeSeconds: number;
  readonly residentBytes: number;
  readonly heapBytes: number;
  readonly virtualBytes: number | undefined;
  readonly openFds: number | undefined;
  readonly maxFds: number | undefined;
}

/** Looks at this process. Reads `/proc/self`, where there is one; never throws. */
export function readProcessUse(): ProcessUse {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  return {
    cpuSeconds: (user + system) / 1e6,
    startTimeSeconds: performance.timeOrigin / 1000,
    residentBytes: rss,
    heapBytes: heapUsed,
    virtualBytes: kilobytes(/^VmSize:\s+(\d+) kB$/m.exec(readProc('status'))?.[1]),
    openFds: countOpenFds(),
    maxFds: numberOf(/^Max open files\s+(\d+)\s/m.exec(readProc('limits'))?.[1]),
  };
}

function readProc(name: string): string {
  try {
    return readFileSync(`/proc/self/${name}`, 'latin1');
  } catch {
    return '';
  }
}

/** The listing itself takes one descriptor, which is not counted. */
function countOpenFds(): number | undefined {
  try {
    return readdirSync('/proc/self/fd').length - 1;
  } catch {
    return undefined;
  }
}

function kilobytes(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text) * 1024;
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}
