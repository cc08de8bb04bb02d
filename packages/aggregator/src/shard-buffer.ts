/** The one buffer that all shards are read into, with views of its float64 values and its 32-bit words. */
export class ShardBuffer {
  #bytes: Buffer;
  #floats: Float64Array;
  #words: Int32Array;
  #largestNeed = 0;

  constructor(capacity: number) {
    const memory = new ArrayBuffer(roundUp(capacity));
    this.#bytes = Buffer.from(memory);
    this.#floats = new Float64Array(memory);
    this.#words = new Int32Array(memory);
  }

  get bytes(): Buffer {
    return this.#bytes;
  }

  /** Element `i` is the float64 at byte `8 * i`. Values are 8-byte aligned in every shard. */
  get floats(): Float64Array {
    return this.#floats;
  }

  /** Element `i` is the 32 bits at byte `4 * i`. */
  get words(): Int32Array {
    return this.#words;
  }

  /** Makes room for `capacity` bytes, keeping the first `keep`. Views that were taken before are stale. */
  reserve(capacity: number, keep: number): void {
    this.#largestNeed = Math.max(this.#largestNeed, capacity);
    if (capacity <= this.#bytes.byteLength) return;
    const kept = this.#bytes.subarray(0, keep);
    const larger = new ShardBuffer(Math.max(capacity, 2 * this.#bytes.byteLength));
    larger.#bytes.set(kept);
    this.#take(larger);
  }

  /** Gives memory back that no shard asked for since the last call. */
  trim(): void {
    if (this.#bytes.byteLength > 4 * roundUp(this.#largestNeed)) {
      this.#take(new ShardBuffer(this.#largestNeed));
    }
    this.#largestNeed = 0;
  }

  #take(other: ShardBuffer): void {
    this.#bytes = other.#bytes;
    this.#floats = other.#floats;
    this.#words = other.#words;
  }
}

const SMALLEST = 64 * 1024;

function roundUp(capacity: number): number {
  return Math.max(SMALLEST, Math.ceil(capacity / 4096) * 4096);
}
