import { HEADER_BYTES, MAX_SHARD_BYTES } from '@promshard/shard-format';

import { resized } from './heap-storage.js';
import type { FileStorageOptions } from './mmap-storage.js';
import type { PlacedFile, ShardDirectory } from './shard-directory.js';
import { BLOCK_BYTES, nextCapacity, type ShardStorage, type StorageFailure } from './shard-storage.js';

/**
 * A shard in a buffer of which changed blocks are written to the file: pure JavaScript. What the process did not
 * `flush` before it was killed is lost.
 */
export class PwriteStorage implements ShardStorage {
  readonly kind: 'pwrite' = 'pwrite' as const;
  readonly file: PlacedFile;
  buffer: ArrayBuffer;
  dirty: Uint8Array;
  private readonly directory: ShardDirectory;
  private readonly maxBytes: number;
  /** "Bytes in use" as the file's header says. */
  private published: number;

  /** Makes the file. Throws what the system calls throw, and leaves nothing behind then. */
  constructor({ directory, name, temporaryName, contents, maxBytes }: FileStorageOptions) {
    const capacity = nextCapacity(BLOCK_BYTES, contents.byteLength, maxBytes);
    this.buffer = new ArrayBuffer(capacity);
    const bytes = new Uint8Array(this.buffer);
    bytes.set(contents);
    this.file = directory.place(name, temporaryName, (fd) => directory.writeAt(fd, bytes, 0));
    this.dirty = blockMap(capacity);
    this.directory = directory;
    this.maxBytes = maxBytes;
    this.published = contents.byteLength;
  }

  get capacity(): number {
    return this.buffer.byteLength;
  }

  grow(bytes: number): StorageFailure | undefined {
    if (bytes > MAX_SHARD_BYTES - BLOCK_BYTES) return { code: 'shard-full' };
    this.buffer = resized(this.buffer, nextCapacity(this.capacity, bytes, this.maxBytes));
    const dirty = blockMap(this.capacity);
    dirty.set(this.dirty);
    this.dirty = dirty;
    return undefined;
  }

  /**
   * Writes runs of dirty blocks, and "bytes in use" last and only if all that it covers is in the file: so a reader
   * never sees half an entry, and on a full disk the series that have their blocks stay up to date.
   */
  flush(used: number): StorageFailure | undefined {
    const blocks = Math.ceil(used / BLOCK_BYTES);
    let failure: StorageFailure | undefined;
    for (let first = this.dirty.indexOf(1); first !== -1 && first < blocks;) {
      let end = first + 1;
      while (end < blocks && this.dirty[end] === 1) end++;
      failure = this.writeBlocks(first, end) ?? failure;
      first = this.dirty.indexOf(1, end);
    }
    if (failure !== undefined || used === this.published) return failure;
    failure = this.write(0, HEADER_BYTES);
    if (failure === undefined) this.published = used;
    return failure;
  }

  close(): void {
    this.directory.close(this.file.fd);
  }

  private writeBlocks(first: number, end: number): StorageFailure | undefined {
    // The header is written by itself.
    const failure = this.write(Math.max(first * BLOCK_BYTES, HEADER_BYTES), end * BLOCK_BYTES);
    if (failure === undefined) this.dirty.fill(0, first, end);
    return failure;
  }

  private write(start: number, end: number): StorageFailure | undefined {
    const length = Math.min(end, this.capacity) - start;
    try {
      this.directory.writeAt(this.file.fd, new Uint8Array(this.buffer, start, length), start);
      return undefined;
    } catch (cause) {
      return { code: 'write-failed', cause };
    }
  }
}

function blockMap(bytes: number): Uint8Array {
  return new Uint8Array(Math.ceil(bytes / BLOCK_BYTES));
}
