import { readdirSync, readFileSync } from 'node:fs';
import { getHeapSpaceStatistics } from 'node:v8';

import { parseMaxFiles, parseProcMemory, type ProcMemory } from './proc-files.js';

/** Numbers by the type of what they count. */
export type CountsByType = ReadonlyMap<string, number>;

/** The size of one of V8's heap spaces, in bytes. */
export interface HeapSpace {
  readonly space: string;
  readonly total: number;
  readonly used: number;
  readonly available: number;
}

// These are not documented, and may go.
interface Undocumented {
  readonly _getActiveHandles?: () => readonly unknown[];
  readonly _getActiveRequests?: () => readonly unknown[];
}

/** Seconds since 1970 at which this process was started. */
export function startTimeSeconds(): number {
  return Math.round(Date.now() / 1000 - process.uptime());
}

/** The memory of this process; less of it where there is no /proc. */
export function processMemory(): Partial<ProcMemory> {
  if (process.platform !== 'linux') return { resident: process.memoryUsage.rss() };
  // Reading /proc waits for no disk.
  return parseProcMemory(readFileSync('/proc/self/status', 'utf8')) ?? {};
}

/** Open file descriptors; undefined where there is no /proc. */
export function openFiles(): number | undefined {
  if (process.platform !== 'linux') return undefined;
  // One is of the directory itself, and closed by now.
  return readdirSync('/proc/self/fd').length - 1;
}

/** The most file descriptors that may be open; undefined where there is no /proc. */
export function maxFiles(): number | undefined {
  if (process.platform !== 'linux') return undefined;
  return parseMaxFiles(readFileSync('/proc/self/limits', 'utf8'));
}

/** Handles that keep the event loop alive, by class; undefined where Node.js does not tell. */
export function activeHandles(): CountsByType | undefined {
  const handles = (process as Undocumented)._getActiveHandles?.();
  return handles && countTypes(handles.map(className));
}

/** Requests under way, by class; undefined where Node.js does not tell. */
export function activeRequests(): CountsByType | undefined {
  const requests = (process as Undocumented)._getActiveRequests?.();
  return requests && countTypes(requests.map(className));
}

/** Resources that keep the event loop alive, by type. */
export function activeResources(): CountsByType {
  return countTypes(process.getActiveResourcesInfo());
}

/** The heap spaces of this thread; undefined where the engine has none to tell of. */
export function heapSpaces(): readonly HeapSpace[] {
  return getHeapSpaceStatistics().map((space) => ({
    space: space.space_name.replace(/_space$/, ''),
    total: space.space_size,
    used: space.space_used_size,
    available: space.space_available_size,
  }));
}

/** prom-client passes over what has no class; so a sum of these may be less than the total. */
function className(thing: unknown): string | undefined {
  return (thing as { constructor?: { name?: string } } | null | undefined)?.constructor?.name;
}

function countTypes(types: readonly (string | undefined)[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const type of types) {
    if (type !== undefined && type !== '') counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  return counts;
}
