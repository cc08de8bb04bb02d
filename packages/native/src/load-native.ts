import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { bindAddon } from './native-addon.js';
import type { AddonBinding, NativeAddon } from './native-addon.js';
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

/** The outcome of loading; `addon` is there exactly when `status.kind` is `'loaded'`. */
export interface LoadedNative {
  readonly status: NativeStatus;
  readonly addon: NativeAddon | undefined;
}

/** The addon's file name, in every platform's folder. */
const FILE_NAME = 'promshard_native.node';

// dlopen(3) says it in words only: glibc's and macOS's for EMFILE and ENFILE, then musl's.
const NO_DESCRIPTOR = /EMFILE|ENFILE|[Tt]oo many open files|No file descriptors available/;

// Both src/load-native.ts and the bundle dist/index.js lie one level below the package's root. Throws in an
// application's CommonJS bundle, which does not know where it lies.
const ownRoot = (): string => fileURLToPath(new URL('..', import.meta.url));

let loaded: LoadedNative | undefined;

/**
 * Loads the compiled addon: the shipped prebuild for this platform, else the local build.
 *
 * Never throws: whatever prevents it (no file for the platform, a foreign binary, addons forbidden by Node.js's
 * permission model) is the reason of the status `absent`. The outcome is kept for the thread's life, unless it was the want
 * of a file descriptor.
 */
export function loadNative(): LoadedNative {
  if (loaded !== undefined) return loaded;
  const outcome = loadFrom();
  if (outcome.status.kind === 'loaded' || outcome.status.isPassing !== true) loaded = outcome;
  return outcome;
}

/** Loads the addon from a package's root, by default this one's, without caching; never throws. */
export function loadFrom(packageRoot?: string): LoadedNative {
  try {
    const root = packageRoot ?? ownRoot();
    const folder = platformDirectory({ platform: process.platform, arch: process.arch, libc: ownLibc() });
    const candidates = ['prebuilds', 'build'].map((parent) => join(root, parent, folder, FILE_NAME));
    return loadFirst(
      candidates.filter((path) => existsSync(path)),
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

function loadFirst(paths: readonly string[], folder: string): LoadedNative {
  const require = createRequire(import.meta.url);
  const failures: string[] = [];
  for (const path of paths) {
    try {
      const binding: AddonBinding = require(path);
      return { status: { kind: 'loaded', path }, addon: bindAddon(binding) };
    } catch (error) {
      // A binary of another libc or architecture: the other place may hold a fitting one.
      failures.push(messageOf(error));
    }
  }
  return absent(failures.length > 0 ? failures.join('; ') : `there is no compiled addon for ${folder}`);
}

function absent(reason: string): LoadedNative {
  const status = { kind: 'absent', reason } as const;
  return { status: NO_DESCRIPTOR.test(reason) ? { ...status, isPassing: true } : status, addon: undefined };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
