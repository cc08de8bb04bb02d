import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { libcOf, platformDirectory } from './platform-directory.js';
import type { Platform } from './platform-directory.js';

/** Whether the addon is there, and where; or why it is not. */
export type NativeStatus =
  | { readonly kind: 'loaded'; readonly path: string }
  | {
      readonly kind: 'absent';
      readonly reason: string;
      /** The process had no file descriptor left to load it with: a later call tries again. */
      readonly isPassing?: true;
    };

/** Loads an addon's file; throws what `require` throws. */
export type LoadFile<Addon> = (require: NodeJS.Require, path: string) => Addon;

/** The outcome of loading; `addon` is there exactly when `status.kind` is `'loaded'`. */
export interface LoadedAddon<Addon> {
  readonly status: NativeStatus;
  readonly addon: Addon | undefined;
}

// dlopen(3) says it in words only: glibc's and macOS's for EMFILE and ENFILE, then musl's.
const NO_DESCRIPTOR = /EMFILE|ENFILE|[Tt]oo many open files|No file descriptors available/;

// Both src/load-addon.ts and what is bundled into dist lie one level below the package's root. Throws in an
// application's CommonJS bundle, which does not know where it lies.
const ownRoot = (): string => fileURLToPath(new URL('..', import.meta.url));

/** Keeps the outcome for the thread's life, unless it was the want of a file descriptor. */
export function once<Addon>(load: () => LoadedAddon<Addon>): () => LoadedAddon<Addon> {
  let loaded: LoadedAddon<Addon> | undefined;
  return () => {
    if (loaded !== undefined) return loaded;
    const outcome = load();
    if (outcome.status.kind === 'loaded' || outcome.status.isPassing !== true) loaded = outcome;
    return outcome;
  };
}

/**
 * Loads one of the compiled addons: the shipped prebuild for this platform, else the local build. Never throws.
 *
 * @param fileName - The addon's file name, in every platform's folder.
 * @param load - Loads a file, and makes what callers see of what it exports.
 * @param packageRoot - This package's by default.
 */
export function loadAddon<Addon>(
  fileName: string,
  load: LoadFile<Addon>,
  packageRoot?: string,
): LoadedAddon<Addon> {
  try {
    const root = packageRoot ?? ownRoot();
    const folder = platformDirectory({ platform: process.platform, arch: process.arch, libc: ownLibc() });
    const candidates = ['prebuilds', 'build'].map((parent) => join(root, parent, folder, fileName));
    return loadFirst(
      candidates.filter((path) => existsSync(path)),
      load,
      folder,
    );
  } catch (error) {
    return absent(messageOf(error));
  }
}

function ownLibc(): Platform['libc'] {
  if (process.platform !== 'linux') return 'system';
  try {
    return libcOf(readFileSync('/proc/self/maps', 'utf8'));
  } catch {
    // No /proc, or reading it is forbidden: most systems are glibc, and a wrong guess only fails to load.
    return 'glibc';
  }
}

function loadFirst<Addon>(
  paths: readonly string[],
  load: LoadFile<Addon>,
  folder: string,
): LoadedAddon<Addon> {
  const require = createRequire(import.meta.url);
  const failures: string[] = [];
  for (const path of paths) {
    try {
      return { status: { kind: 'loaded', path }, addon: load(require, path) };
    } catch (error) {
      // A binary of another libc or architecture: the other place may hold a fitting one.
      failures.push(messageOf(error));
    }
  }
  return absent(failures.length > 0 ? failures.join('; ') : `there is no compiled addon for ${folder}`);
}

function absent(reason: string): LoadedAddon<never> {
  const status = { kind: 'absent', reason } as const;
  return { status: NO_DESCRIPTOR.test(reason) ? { ...status, isPassing: true } : status, addon: undefined };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
