import type { PlacedFile } from './shard-directory.js';

/** Bytes of the first allocation, and of the pages in which changes are tracked. */
export const BLOCK_BYTES = 4096;

/** Why a storage did not do what was asked; it is as it was before. */
export interface StorageFailure {
  readonly code: 'shard-full' | 'write-failed';
  readonly cause?: unknown;
}

/** Where a shard's bytes live. Offsets never change, whatever the bytes move to. */
export interface ShardStorage {
  /** `memory`: the heap alone. `mmap` and `pwrite`: a file, by that backend. */
  readonly kind: 'memory' | 'mmap' | 'pwrite';
  /** The bytes; another buffer after `grow` where the storage cannot grow in place. */
  readonly buffer: ArrayBuffer;
  /** Bytes of the buffer that may be touched. */
  readonly capacity: number;
  /** One byte a block, not 0 where it differs from the file; null where a store into the buffer is all it takes. */
  readonly dirty: Uint8Array | null;
  /** The file behind it, if there is one. */
  readonly file: PlacedFile | undefined;
  /** Makes `capacity` at least `bytes`. */
  grow(bytes: number): StorageFailure | undefined;
  /** Brings dirty blocks to the file, of which `used` bytes are in use; what fails stays dirty. */
  flush(used: number): StorageFailure | undefined;
  /** Gives the file back to the system; the buffer is not to be touched any more. */
  close(): void;
}

/**
 * The next capacity for `bytes`: doubled from one block on. Doubling stops at `max`; what must go beyond it, and it is
 * little, gets whole blocks.
 */
export function nextCapacity(current: number, bytes: number, max: number): number {
  let capacity = Math.max(current, BLOCK_BYTES);
  while (capacity < bytes) capacity *= 2;
  return Math.min(capacity, Math.max(max, current, wholeBlocks(bytes)));
}

/** As many bytes as the blocks have that `bytes` touch. */
export function wholeBlocks(bytes: number): number {
  return Math.ceil(bytes / BLOCK_BYTES) * BLOCK_BYTES;
}
