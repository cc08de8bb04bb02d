import { join } from 'node:path';
import type { FileViews } from '@promshard/native/views';
import type { Errno, FileSystem } from './file-system.js';
import type { Listing } from './directory-listing.js';
import type { Failure, Shortage } from './failure.js';
import { failure } from './failure.js';
import { FilePages } from './file-pages.js';
import { isLocalFileSystem } from './local-file-systems.js';

/** An open shard file. */
export interface ShardFile {
  /** Same as before: the same file. */
  readonly identity: string;
  /** Names that the file has, in this directory or others. */
  readonly links: number;
  readonly fd: number;
}

/** A shard file, or why it cannot be read. */
export type OpenedShard =
  | { readonly kind: 'open'; readonly file: ShardFile }
  | { readonly kind: 'vanished' }
  | { readonly kind: 'not-a-file' }
  | Shortage
  | Failure;

/** A file that stays open from scrape to scrape. */
interface HeldFile extends ShardFile {
  readonly opened: OpenedShard;
  readonly pages: FilePages | undefined;
  /** Version of the listing in which the name was last seen to lead to this file. */
  checkedIn: number;
}

/**
 * Opens shards, and keeps some of them open: where many are small, opening and closing them takes longer than reading
 * them. While the directory does not change, names lead to the same files, so that a file that is open needs not even
 * be looked at.
 */
export class ShardFiles {
  readonly #dir: string;
  readonly #fileSystem: FileSystem;
  readonly #views: FileViews | undefined;
  #maxHeld: number;
  readonly #held = new Map<string, HeldFile>();

  constructor(dir: string, fileSystem: FileSystem, maxHeld: number, views: FileViews | undefined) {
    this.#dir = dir;
    this.#fileSystem = fileSystem;
    this.#views = views;
    this.#maxHeld = maxHeld;
  }

  /** How many files are open. */
  get size(): number {
    return this.#held.size;
  }

  /**
   * Opens a shard, or finds it open. To be given back by {@link ShardFiles.release}.
   *
   * @param listing - The listing that the name is of.
   */
  open(name: string, listing: Listing): OpenedShard {
    const held = this.#held.get(name);
    if (held === undefined) return this.#openAnew(name, listing);
    if (held.checkedIn === listing.version) return held.opened;
    const facts = this.#fileSystem.facts(join(this.#dir, name));
    if (typeof facts !== 'string' && facts.identity === held.identity && facts.links === held.links) {
      held.checkedIn = listing.version;
      return held.opened;
    }
    this.#drop(name, held);
    return this.#openAnew(name, listing);
  }

  /** The pages up to byte `end` of a file that is kept open, where they are to be had; they are this object's. */
  pages(name: string, end: number): FilePages | undefined {
    const pages = this.#held.get(name)?.pages;
    return pages?.reach(end) === true ? pages : undefined;
  }

  /** Closes a file that is not kept. */
  release(name: string, file: ShardFile): void {
    if (this.#held.get(name)?.fd !== file.fd) this.#fileSystem.close(file.fd);
  }

  /** Closes a file even if it was kept. */
  forget(name: string): void {
    const held = this.#held.get(name);
    if (held !== undefined) this.#drop(name, held);
  }

  /** Closes all files but these. */
  keepOnly(names: { has(name: string): boolean }): void {
    for (const [name, held] of this.#held) {
      if (!names.has(name)) this.#drop(name, held);
    }
  }

  /** Closes all files. */
  close(): void {
    for (const [name, held] of this.#held) this.#drop(name, held);
  }

  #openAnew(name: string, listing: Listing): OpenedShard {
    let fd = this.#fileSystem.open(join(this.#dir, name));
    if (isShortage(fd) && this.#held.size > 0) {
      // Others need descriptors more than a reader that can do without.
      this.#maxHeld = this.#held.size >> 1;
      this.close();
      fd = this.#fileSystem.open(join(this.#dir, name));
    }
    if (typeof fd === 'string') return openFailure(fd);
    const facts = this.#fileSystem.facts(fd);
    if (typeof facts === 'string' || !facts.isFile) {
      this.#fileSystem.close(fd);
      return typeof facts === 'string' ? openFailure(facts) : { kind: 'not-a-file' };
    }
    const file: ShardFile = { identity: facts.identity, links: facts.links, fd };
    const opened: OpenedShard = { kind: 'open', file };
    // Who is kept stays: a round robin among more files than fit would keep none of them open for long enough.
    if (this.#held.size < this.#maxHeld) {
      this.#held.set(name, { ...file, opened, pages: this.#pagesOf(fd), checkedIn: listing.version });
    }
    return opened;
  }

  /** On file systems of other machines, a mapping may go on showing what was there. */
  #pagesOf(fd: number): FilePages | undefined {
    if (this.#views === undefined || !isLocalFileSystem(this.#fileSystem.typeOf(this.#dir))) return undefined;
    return new FilePages(this.#views, fd);
  }

  #drop(name: string, held: HeldFile): void {
    this.#held.delete(name);
    held.pages?.close();
    this.#fileSystem.close(held.fd);
  }
}

function isShortage(fd: number | Errno): boolean {
  return typeof fd === 'string' && failure(fd).kind === 'no-resources';
}

function openFailure(errno: Errno): OpenedShard {
  switch (errno) {
    case 'ENOENT':
      return { kind: 'vanished' };
    // open(2): a symlink under O_NOFOLLOW; a socket.
    case 'ELOOP':
    case 'ENXIO':
    case 'EISDIR':
      return { kind: 'not-a-file' };
    default:
      return failure(errno);
  }
}
