import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { HEADER_BYTES, USED_OFFSET } from '@promshard/shard-format';
import type { ShardBuffer } from './shard-buffer.js';

/** A failed system call: its error code, as `EACCES`. */
export interface Failure {
  readonly kind: 'failed';
  readonly errno: string;
}

/** Nothing is wrong with what was asked for: this process, or the system, is out of descriptors or memory. */
export interface Shortage {
  readonly kind: 'no-resources';
  readonly errno: string;
}

/** A small text file: there, not there, or not to be had. */
export type TextFile =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'absent' }
  | Shortage
  | Failure;

/** A shard's bytes in use, or why there are none. */
export type ShardRead =
  | {
      readonly kind: 'read';
      /** Bytes read; they stand at the beginning of the buffer. Fewer than "in use" where the file is shorter. */
      readonly length: number;
      /** Same as before: the same file. */
      readonly identity: string;
      /** Names that the file has, in this directory or others. */
      readonly links: number;
    }
  | { readonly kind: 'vanished' }
  | { readonly kind: 'not-a-file' }
  | { readonly kind: 'too-large'; readonly used: number }
  | Shortage
  | Failure;

// No symlink is followed out of the directory, and opening a FIFO does not wait for its writer.
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

const FIRST_READ_BYTES = 64 * 1024;

/**
 * The directory, for reading: the only place of this package that touches the file system. Nothing here throws.
 *
 * Single reads are synchronous. For files in the page cache, a round trip through the thread pool costs several
 * times what it waits for; the caller yields to the event loop between files instead.
 */
export class ShardDirectory {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Lists names, sorted. */
  async list(): Promise<{ readonly kind: 'listed'; readonly names: readonly string[] } | Shortage | Failure> {
    try {
      const names = await readdir(this.#dir);
      return { kind: 'listed', names: names.toSorted() };
    } catch (error) {
      return failure(errnoOf(error));
    }
  }

  /** Reads a regular file of at most `maxBytes` as UTF-8. */
  readText(name: string, maxBytes: number): TextFile {
    let fd: number | undefined;
    try {
      fd = openSync(join(this.#dir, name), OPEN_FLAGS);
      const stat = fstatSync(fd);
      if (!stat.isFile()) return { kind: 'failed', errno: 'EISDIR' };
      if (stat.size > maxBytes) return { kind: 'failed', errno: 'EFBIG' };
      const bytes = Buffer.alloc(stat.size);
      return { kind: 'text', text: bytes.toString('utf8', 0, readFully(fd, bytes, 0, bytes.byteLength)) };
    } catch (error) {
      const errno = errnoOf(error);
      return errno === 'ENOENT' ? { kind: 'absent' } : failure(errno);
    } finally {
      close(fd);
    }
  }

  /**
   * Reads the bytes in use of a shard into `buffer`. The header is read first, so that what it covers is complete.
   *
   * @param expectedBytes - How much to read at once: what was in use the last time, or 0.
   */
  readShard(name: string, buffer: ShardBuffer, expectedBytes: number, maxShardBytes: number): ShardRead {
    let fd: number | undefined;
    try {
      fd = openSync(join(this.#dir, name), OPEN_FLAGS);
      const stat = fstatSync(fd);
      if (!stat.isFile()) return { kind: 'not-a-file' };
      const links = stat.nlink;
      const identity = `${stat.dev}:${stat.ino}:${stat.birthtimeMs}`;
      const first = Math.min(stat.size, expectedBytes === 0 ? FIRST_READ_BYTES : expectedBytes);
      buffer.reserve(first, 0);
      const length = readFully(fd, buffer.bytes, 0, first);
      const used = length < HEADER_BYTES ? 0 : buffer.bytes.readInt32LE(USED_OFFSET);
      if (used > maxShardBytes) return { kind: 'too-large', used };
      const wanted = Math.min(Math.max(used, HEADER_BYTES), stat.size);
      if (wanted <= length) return { kind: 'read', length: wanted, identity, links };
      buffer.reserve(wanted, length);
      return { kind: 'read', length: readFully(fd, buffer.bytes, length, wanted), identity, links };
    } catch (error) {
      return shardFailure(errnoOf(error));
    } finally {
      close(fd);
    }
  }
}

function shardFailure(errno: string): ShardRead {
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

function failure(errno: string): Shortage | Failure {
  const isShortage = errno === 'EMFILE' || errno === 'ENFILE' || errno === 'ENOMEM';
  return { kind: isShortage ? 'no-resources' : 'failed', errno };
}

/** Fills `bytes` from `start` to `end`; returns where the file ended, at most `end`. */
function readFully(fd: number, bytes: Buffer, start: number, end: number): number {
  let position = start;
  while (position < end) {
    const count = readSync(fd, bytes, position, end - position, position);
    if (count === 0) break;
    position += count;
  }
  return position;
}

function close(fd: number | undefined): void {
  if (fd === undefined) return;
  try {
    closeSync(fd);
  } catch {
    // Nothing was written: there is nothing that a failed close could lose.
  }
}

function errnoOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : 'EUNKNOWN';
}
