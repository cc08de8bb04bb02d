import { join } from 'node:path';
import type { FileViews } from '@promshard/native/views';
import { HEADER_BYTES } from '@promshard/shard-format';
import { DirectoryListing, type Listing } from './directory-listing.js';
import { failure, type Failure, type Shortage } from './failure.js';
import { FILE_SYSTEM, type FileSystem } from './file-system.js';
import { ShardFiles } from './shard-files.js';

/** A small text file: there, not there, or not to be had. */
export type TextFile =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'absent' }
  | Shortage
  | Failure;

/** The directory, for reading. Nothing here throws. */
export class ShardDirectory {
  readonly #dir: string;
  readonly #fileSystem: FileSystem;
  readonly #listing: DirectoryListing;
  readonly files: ShardFiles;
  /** The last bytes and text of each file that is read again and again. */
  readonly #texts = new Map<string, { readonly bytes: Buffer; readonly file: TextFile }>();

  /**
   * @param maxOpenFiles - How many shards may stay open from one scrape to the next.
   * @param views - Undefined where there is no addon.
   */
  constructor(
    dir: string,
    maxOpenFiles: number,
    views: FileViews | undefined,
    fileSystem: FileSystem = FILE_SYSTEM,
  ) {
    this.#dir = dir;
    this.#fileSystem = fileSystem;
    this.#listing = new DirectoryListing(dir, fileSystem);
    this.files = new ShardFiles(dir, fileSystem, maxOpenFiles, views);
  }

  async list(): Promise<({ readonly kind: 'listed' } & Listing) | Shortage | Failure> {
    const listing = await this.#listing.read();
    return typeof listing === 'string' ? failure(listing) : { kind: 'listed', ...listing };
  }

  /** Fills `bytes` from `start` up to `end` by one call of the system; gives where it stopped. */
  readOnce(fd: number, bytes: Buffer, start: number, end: number): number | Shortage | Failure {
    const length = this.#fileSystem.read(fd, bytes, start, end - start, start);
    return typeof length === 'string' ? failure(length) : start + length;
  }

  /** Reads what stands in a file from byte `start` to `end` to the beginning of `bytes`; gives how much there is. */
  readAt(fd: number, bytes: Buffer, start: number, end: number): number | Shortage | Failure {
    const length = this.#fileSystem.read(fd, bytes, 0, end - start, start);
    return typeof length === 'string' ? failure(length) : length;
  }

  /** Fills `bytes` from `start` to `end`; gives where the file ended, at most `end`. */
  read(fd: number, bytes: Buffer, start: number, end: number): number | Shortage | Failure {
    let position = start;
    while (position < end) {
      const length = this.#fileSystem.read(fd, bytes, position, end - position, position);
      if (typeof length === 'string') return failure(length);
      if (length === 0) break;
      position += length;
    }
    return position;
  }

  /** Reads a regular file of at most `maxBytes`; one that is gone is empty. */
  readFile(name: string, maxBytes: number): Buffer | Shortage | Failure {
    const fd = this.#fileSystem.open(join(this.#dir, name));
    if (typeof fd === 'string') return fd === 'ENOENT' ? EMPTY : failure(fd);
    try {
      return this.#readBytes(fd, maxBytes);
    } finally {
      this.#fileSystem.close(fd);
    }
  }

  /** Reads a regular file of at most `maxBytes` as UTF-8. */
  readText(name: string, maxBytes: number): TextFile {
    const fd = this.#fileSystem.open(join(this.#dir, name));
    if (typeof fd === 'string') return fd === 'ENOENT' ? { kind: 'absent' } : failure(fd);
    try {
      return this.#readOpen(fd, maxBytes);
    } finally {
      this.#fileSystem.close(fd);
    }
  }

  /**
   * As {@link ShardDirectory.readText}, for a file that seldom changes: while its bytes are the same, so is the object
   * that is given.
   */
  readKnownText(name: string, maxBytes: number): TextFile {
    const fd = this.#fileSystem.open(join(this.#dir, name));
    if (typeof fd === 'string') {
      this.#texts.delete(name);
      return fd === 'ENOENT' ? ABSENT : failure(fd);
    }
    try {
      const bytes = this.#readBytes(fd, maxBytes);
      if (!Buffer.isBuffer(bytes)) return bytes;
      const known = this.#texts.get(name);
      if (known?.bytes.equals(bytes) === true) return known.file;
      const file: TextFile = { kind: 'text', text: bytes.toString('utf8') };
      this.#texts.set(name, { bytes, file });
      return file;
    } finally {
      this.#fileSystem.close(fd);
    }
  }

  #readOpen(fd: number, maxBytes: number): TextFile {
    const bytes = this.#readBytes(fd, maxBytes);
    return Buffer.isBuffer(bytes) ? { kind: 'text', text: bytes.toString('utf8') } : bytes;
  }

  #readBytes(fd: number, maxBytes: number): Buffer | Shortage | Failure {
    const facts = this.#fileSystem.facts(fd);
    if (typeof facts === 'string') return failure(facts);
    if (!facts.isFile) return { kind: 'failed', errno: 'EISDIR' };
    if (facts.size > maxBytes) return { kind: 'failed', errno: 'EFBIG' };
    const bytes = Buffer.alloc(facts.size);
    const end = this.read(fd, bytes, 0, bytes.byteLength);
    return typeof end === 'number' ? bytes.subarray(0, end) : end;
  }
}

/** A value file without entries. */
const EMPTY = Buffer.alloc(HEADER_BYTES);
const ABSENT: TextFile = { kind: 'absent' };
