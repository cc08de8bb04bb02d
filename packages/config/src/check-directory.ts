import fs from 'node:fs';
import path from 'node:path';

import { networkFileSystemName } from './network-file-systems.js';

/** What a role does in the directory: the exporter reads, a worker writes, the pruner does both. */
export type DirectoryUse = 'read' | 'write' | 'prune';

/** A right on a directory: list its names, change its names, reach what is in it. */
export type Permission = 'read' | 'write' | 'search';

/** Whether the directory can be used, and if not, the first thing that stands in the way. */
export type DirectoryState =
  /** `remote` names the network file system that it is on; locks may not hold there. */
  | { readonly kind: 'usable'; readonly remote?: string }
  /** `absent` is the first part of the path that does not exist; the path itself if only that is missing. */
  | { readonly kind: 'missing'; readonly absent: string; readonly danglingLink: boolean }
  | { readonly kind: 'not-a-directory'; readonly file: string }
  | { readonly kind: 'parent-not-searchable'; readonly parent: string }
  | {
      readonly kind: 'not-permitted';
      readonly lacking: readonly Permission[];
      readonly readOnlyFileSystem: boolean;
      /** Permission bits and owner of the directory, and who asks: what one needs to see to repair it. */
      readonly mode: number;
      readonly uid: number;
      readonly gid: number;
      readonly asUid: number | undefined;
      readonly asGid: number | undefined;
    }
  | { readonly kind: 'unusable'; readonly errorCode: string };

/** The system calls that the check makes; none of them changes anything. */
export interface DirectorySystem {
  stat(path: string): {
    isDirectory(): boolean;
    readonly mode: number;
    readonly uid: number;
    readonly gid: number;
  };
  isLink(path: string): boolean;
  /** The number that statfs(2) gives on Linux; undefined elsewhere, or where it cannot be asked. */
  fileSystemType(path: string): number | undefined;
  access(path: string, permission: Permission): void;
  uid(): number | undefined;
  gid(): number | undefined;
}

const ACCESS_MODES: Readonly<Record<Permission, number>> = {
  read: fs.constants.R_OK,
  write: fs.constants.W_OK,
  search: fs.constants.X_OK,
};

const realSystem: DirectorySystem = {
  stat: (target) => fs.statSync(target),
  isLink: (target) => fs.lstatSync(target, { throwIfNoEntry: false })?.isSymbolicLink() ?? false,
  fileSystemType: (target) => (process.platform === 'linux' ? fs.statfsSync(target).type : undefined),
  access: (target, permission) => fs.accessSync(target, ACCESS_MODES[permission]),
  // access(2) judges by the real ids, not the effective ones.
  uid: () => process.getuid?.(),
  gid: () => process.getgid?.(),
};

const NEEDED: Readonly<Record<DirectoryUse, readonly Permission[]>> = {
  read: ['read', 'search'],
  write: ['write', 'search'],
  prune: ['read', 'write', 'search'],
};

/**
 * Looks at a directory without touching it. Never throws: every failure is a state.
 *
 * @param directory - An absolute, normalised path.
 * @param use - Decides which permissions are needed.
 */
export function checkDirectory(
  directory: string,
  use: DirectoryUse,
  system: DirectorySystem = realSystem,
): DirectoryState {
  let stats;
  try {
    stats = system.stat(directory);
  } catch (error) {
    return findObstacle(directory, errorCode(error), system);
  }
  if (!stats.isDirectory()) return { kind: 'not-a-directory', file: directory };

  const lacking: Permission[] = [];
  let readOnlyFileSystem = false;
  for (const permission of NEEDED[use]) {
    try {
      system.access(directory, permission);
    } catch (error) {
      const code = errorCode(error);
      if (code !== 'EACCES' && code !== 'EPERM' && code !== 'EROFS')
        return { kind: 'unusable', errorCode: code };
      readOnlyFileSystem ||= code === 'EROFS';
      lacking.push(permission);
    }
  }
  if (lacking.length === 0) return usable(directory, system);
  const { mode, uid, gid } = stats;
  const asUid = system.uid();
  const asGid = system.gid();
  return { kind: 'not-permitted', lacking, readOnlyFileSystem, mode: mode & 0o7777, uid, gid, asUid, asGid };
}

function usable(directory: string, system: DirectorySystem): DirectoryState {
  try {
    const type = system.fileSystemType(directory);
    const remote = type === undefined ? undefined : networkFileSystemName(type);
    return remote === undefined ? { kind: 'usable' } : { kind: 'usable', remote };
  } catch {
    // Whoever cannot ask takes it for a local one, as all are that were used so far.
    return { kind: 'usable' };
  }
}

/** Walks down from the root to the first part of the path that cannot be passed. */
function findObstacle(directory: string, originalCode: string, system: DirectorySystem): DirectoryState {
  let previous = path.parse(directory).root;
  for (const part of prefixes(directory)) {
    try {
      if (!system.stat(part).isDirectory()) return { kind: 'not-a-directory', file: part };
    } catch (error) {
      const code = errorCode(error);
      if (code === 'ENOENT') return { kind: 'missing', absent: part, danglingLink: isLink(part, system) };
      if (code === 'EACCES') return { kind: 'parent-not-searchable', parent: previous };
      // The permission model may open the directory and hide its parents; what they are like cannot be asked then.
      if (code !== 'ERR_ACCESS_DENIED') return { kind: 'unusable', errorCode: code };
    }
    previous = part;
  }
  // Nothing stands in the way any more: the directory changed while it was looked at.
  return { kind: 'unusable', errorCode: originalCode };
}

/** `/a/b` gives `/`, `/a`, `/a/b`. */
function prefixes(directory: string): string[] {
  const { root } = path.parse(directory);
  const parts: string[] = [];
  for (let part = directory; part !== root; part = path.dirname(part)) parts.unshift(part);
  return [root, ...parts];
}

function isLink(target: string, system: DirectorySystem): boolean {
  try {
    return system.isLink(target);
  } catch {
    return false;
  }
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
}
