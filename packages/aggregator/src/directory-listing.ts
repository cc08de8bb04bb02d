import type { Errno, FileSystem } from './file-system.js';
import { isLocalFileSystem } from './local-file-systems.js';

/** A directory's names. */
export interface Listing {
  /** Sorted, each once. The same array as the time before where the directory did not change. */
  readonly names: readonly string[];
  /** Another one whenever names, or the files behind them, may have changed. */
  readonly version: number;
}

/**
 * The names in a directory, read again only if the directory changed.
 *
 * Each name that comes, goes or is renamed over sets the directory's time of change, on Linux' local file systems,
 * when it happens. Their clocks tick every few milliseconds, so a time is only relied on if it was past for a while
 * when the names were read: whatever came afterwards has another. Elsewhere the names are read each time.
 */
export class DirectoryListing {
  readonly #dir: string;
  readonly #fileSystem: FileSystem;
  readonly #now: () => number;
  #known:
    | { readonly stamp: string; readonly names: readonly string[]; readonly readAtMs: number }
    | undefined;
  #version = 0;

  /** @param now - Unix time in milliseconds. */
  constructor(dir: string, fileSystem: FileSystem, now: () => number = Date.now) {
    this.#dir = dir;
    this.#fileSystem = fileSystem;
    this.#now = now;
  }

  async read(): Promise<Listing | Errno> {
    const stamp = this.#fileSystem.stamp(this.#dir);
    if (typeof stamp === 'string') return stamp;
    const now = this.#now();
    if (this.#known?.stamp === stamp.text && Math.abs(now - this.#known.readAtMs) < LONGEST_TRUST_MS) {
      return { names: this.#known.names, version: this.#version };
    }
    const listed = await this.#fileSystem.list(this.#dir);
    if (typeof listed === 'string') return listed;
    const names = inOrder(listed);
    const isSettled =
      stamp.changedAtMs < now - SETTLED_AFTER_MS && isLocalFileSystem(this.#fileSystem.typeOf(this.#dir));
    this.#known = isSettled ? { stamp: stamp.text, names, readAtMs: now } : undefined;
    this.#version++;
    return { names, version: this.#version };
  }
}

// Far more than any local file system's clock tick, and than its clock differs from ours: it is the same one.
const SETTLED_AFTER_MS = 1000;

/** In case that a directory's time was set by hand. */
const LONGEST_TRUST_MS = 600_000;

/**
 * Linux' tmpfs begins anew, and gives all names a second time, where those that it had not given yet were removed while it
 * was listed: a pruner does just that.
 */
function inOrder(listed: readonly string[]): readonly string[] {
  const names = listed.toSorted();
  const isTwice = (name: string, i: number): boolean => i > 0 && name === names[i - 1];
  return names.some(isTwice) ? names.filter((name, i) => !isTwice(name, i)) : names;
}
