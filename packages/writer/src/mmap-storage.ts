import type { NativeAddon } from '@promshard/native';
import { MAX_SHARD_BYTES } from '@promshard/shard-format';

import type { PlacedFile, ShardDirectory } from './shard-directory.js';
import {
  BLOCK_BYTES,
  nextCapacity,
  wholeBlocks,
  type ShardStorage,
  type StorageFailure,
} from './shard-storage.js';

/** What makes a storage in a file. */
export interface FileStorageOptions {
  readonly directory: ShardDirectory;
  readonly name: string;
  readonly temporaryName: string;
  /** What the shard holds already; copied. */
  readonly contents: Uint8Array;
  /** What the file is not to pass by doubling; entries that must have a place may lead it beyond. */
  readonly maxBytes: number;
}

/** Mappings are whole pages; 64 KiB is a multiple of every page size in use. */
const RESERVE_UNIT = 65_536;

/** What a mapping begins with; a larger file is mapped as it is, and anew when it has doubled. */
const FIRST_RESERVE = 4 * RESERVE_UNIT;

/**
 * Maps a file. Not for `maxBytes` at once, nor for much more than there is: V8 counts mapped room as memory in use, collects
 * garbage on account of it, and shows it in `process.memoryUsage()`.
 */
export function mapWithRoom(
  native: NativeAddon,
  fd: number,
  capacity: number,
  maxBytes: number,
): ArrayBuffer {
  const reserve = Math.max(Math.min(FIRST_RESERVE, maxBytes), capacity);
  return native.mapFile(fd, Math.ceil(reserve / RESERVE_UNIT) * RESERVE_UNIT);
}

/**
 * A shard in a mapped file: a store into the buffer is in the kernel's page cache at once, and survives any death
 * of the process. Blocks are allocated before they are touched, so a full disk is an error code here and never a
 * SIGBUS.
 */
export class MmapStorage implements ShardStorage {
  readonly kind: 'mmap' = 'mmap' as const;
  readonly dirty: null = null;
  buffer: ArrayBuffer;
  readonly file: PlacedFile;
  capacity: number;
  private readonly directory: ShardDirectory;
  private readonly native: NativeAddon;
  private readonly maxBytes: number;

  /** Makes the file. Throws what the system calls throw, and leaves nothing behind then. */
  constructor(
    native: NativeAddon,
    { directory, name, temporaryName, contents, maxBytes }: FileStorageOptions,
  ) {
    const capacity = nextCapacity(BLOCK_BYTES, contents.byteLength, maxBytes);
    let buffer: ArrayBuffer | undefined;
    try {
      this.file = directory.place(name, temporaryName, (fd) => {
        native.allocate(fd, 0, capacity);
        buffer = mapWithRoom(native, fd, capacity, maxBytes);
        new Uint8Array(buffer).set(contents);
      });
    } catch (error) {
      if (buffer !== undefined) native.unmapFile(buffer);
      throw error;
    }
    this.buffer = buffer ?? new ArrayBuffer(0);
    this.directory = directory;
    this.native = native;
    this.maxBytes = maxBytes;
    this.capacity = capacity;
  }

  grow(bytes: number): StorageFailure | undefined {
    if (bytes > MAX_SHARD_BYTES - BLOCK_BYTES) return { code: 'shard-full' };
    const doubled = nextCapacity(this.capacity, bytes, this.maxBytes);
    const failure = this.allocate(doubled);
    if (failure === undefined) return undefined;
    // The last blocks of a nearly full disk may still hold what is needed now.
    const least = wholeBlocks(bytes);
    return least < doubled ? this.allocate(least) : failure;
  }

  flush(): undefined {}

  close(): void {
    this.native.unmapFile(this.buffer);
    this.directory.close(this.file.fd);
  }

  private allocate(capacity: number): StorageFailure | undefined {
    try {
      this.native.allocate(this.file.fd, this.capacity, capacity - this.capacity);
      if (capacity > this.buffer.byteLength) this.mapAnew(capacity);
    } catch (cause) {
      return { code: 'write-failed', cause };
    }
    this.capacity = capacity;
    return undefined;
  }

  /** Both mappings show the same pages of the file, so nothing is copied and no store is lost. */
  private mapAnew(capacity: number): void {
    const before = this.buffer;
    this.buffer = mapWithRoom(this.native, this.file.fd, capacity, this.maxBytes);
    this.native.unmapFile(before);
  }
}
