import type { PlacedFile } from './shard-directory.js';
import { BLOCK_BYTES, nextCapacity, type ShardStorage } from './shard-storage.js';

/** A shard that is in no file: before a store is open, after it is closed, and while the disk refuses. */
export class HeapStorage implements ShardStorage {
  readonly kind: 'memory' = 'memory' as const;
  readonly dirty: null = null;
  readonly file: PlacedFile | undefined = undefined;
  buffer: ArrayBuffer;

  /** @param contents - Bytes to begin with; copied. */
  constructor(contents: Uint8Array = new Uint8Array(0)) {
    this.buffer = new ArrayBuffer(nextCapacity(BLOCK_BYTES, contents.byteLength, Infinity));
    new Uint8Array(this.buffer).set(contents);
  }

  get capacity(): number {
    return this.buffer.byteLength;
  }

  grow(bytes: number): undefined {
    this.buffer = resized(this.buffer, nextCapacity(this.capacity, bytes, Infinity));
  }

  flush(): undefined {}

  close(): void {}
}

/** A copy of a buffer in a longer one. */
export function resized(buffer: ArrayBuffer, byteLength: number): ArrayBuffer {
  const longer = new ArrayBuffer(byteLength);
  new Uint8Array(longer).set(new Uint8Array(buffer));
  return longer;
}
