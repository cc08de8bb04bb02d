import { FLOAT64_BYTES, HEADER_BYTES, scanShard, type ShardKind } from '@promshard/shard-format';

import type { CellEntries } from './cell-entries.js';
import { HeapStorage } from './heap-storage.js';
import { BLOCK_BYTES, type ShardStorage, type StorageFailure } from './shard-storage.js';

/** Where an entry's value is: `shard.f64[index]`; its timestamp follows it. */
export interface Cell {
  readonly shard: Shard;
  /** Never 0: that is where the header lies. */
  readonly index: number;
}

/** What a shard tells whoever keeps it on a disk. */
export interface ShardEvents {
  /** A block differs from the file for the first time since the last flush. */
  onDirty(): void;
  /** The storage refused to grow: new entries go to memory until `drain` succeeds. Or the shard is full. */
  onRefused(failure: StorageFailure): void;
}

const SILENT: ShardEvents = { onDirty() {}, onRefused() {} };
/** Numbers in a block, as a shift: 512. */
const BLOCK_SHIFT = Math.log2(BLOCK_BYTES / FLOAT64_BYTES);
const NOTHING = new Float64Array(0);

/**
 * The values of one shard kind, in the shard layout, wherever they lie at the moment.
 *
 * Counting needs two fields and no call: `shard.f64[index] += 1`, then `touch(index)` if `dirty` is not null.
 * Both fields are swapped when the bytes move (growth, a file made anew, a store opened or closed); indices never
 * change. Entries are only ever appended.
 */
export class Shard {
  /** The bytes as numbers; index 0 is the header. */
  f64: Float64Array<ArrayBuffer> = NOTHING;
  /** See {@link ShardStorage.dirty}. */
  dirty: Uint8Array | null = null;
  readonly kind: ShardKind;
  /** Bytes in use. */
  used: number = HEADER_BYTES;
  /** Whether `admit` has refused entries; it goes on refusing until there is another limit. */
  isFull = false;
  storage: ShardStorage;
  private limit = Infinity;
  private bytes: Buffer<ArrayBuffer> = Buffer.alloc(0);
  private header: Int32Array<ArrayBuffer> = new Int32Array(0);
  private events: ShardEvents = SILENT;
  /** Entries for which the storage has no room now. */
  private spill: Shard | null = null;
  /** Spills that have been moved here: cells go on using them, as windows on this shard's bytes. */
  private annexes: readonly Shard[] = [];
  /** Numbers before this window's own index 0; 0 for a shard that is no annex. */
  private base = 0;
  /** Where each key's entry lies, once somebody has asked for one. */
  private cellsByKey: Map<string, Cell> | null = null;
  /** Values that a closed store has left on a disk. */
  private settled: Float64Array | null = null;

  constructor(kind: ShardKind, storage: ShardStorage = new HeapStorage()) {
    this.kind = kind;
    this.storage = storage;
    this.view();
    Atomics.store(this.header, 0, this.used);
  }

  /** Notes that the block of `index` was changed. Call after the store, if `dirty` is not null. */
  touch(index: number): void {
    const block = (index + this.base) >>> BLOCK_SHIFT;
    if (this.dirty === null || this.dirty[block] !== 0) return;
    this.dirty[block] = 1;
    this.events.onDirty();
  }

  /** Whether there is no entry at all. */
  get isEmpty(): boolean {
    return this.used === HEADER_BYTES && this.spill === null;
  }

  /** The bytes in use; valid until the next change. */
  contents(): Uint8Array {
    return this.bytes.subarray(0, this.used);
  }

  /** Sets the bytes in use up to which `admit` takes entries; `append` takes them beyond. */
  limitTo(bytes: number): void {
    this.limit = bytes;
    this.isFull = false;
  }

  /** As {@link Shard.append}, but refuses entries that would lead past the limit, and then all further ones. */
  admit(entries: CellEntries): Cell | undefined {
    if (this.isFull) return undefined;
    const waiting = this.spill === null ? 0 : this.spill.used - HEADER_BYTES;
    if (this.used + waiting + entries.byteLength <= this.limit) return this.append(entries);
    this.isFull = true;
    this.events.onRefused({ code: 'shard-full' });
    return undefined;
  }

  /**
   * Appends entries of value 0 that lie side by side and that a reader sees all at once. Never fails.
   *
   * @returns The cell of the first; the entries' `offsets` tell where the others are.
   */
  append(entries: CellEntries): Cell {
    if (this.spill !== null) return this.spill.append(entries);
    const start = this.used;
    const end = start + entries.byteLength;
    const failure = this.makeRoom(end);
    if (failure !== undefined) {
      this.spill = new Shard(this.kind);
      this.events.onRefused(failure);
      return this.spill.append(entries);
    }
    entries.writeTo(this.bytes, start);
    this.publish(end);
    return { shard: this, index: start / FLOAT64_BYTES + entries.first };
  }

  /** The cell of an entry that was appended by itself, if it is there. */
  find(key: string): Cell | undefined {
    this.cellsByKey ??= new Map();
    const cell = this.cellsByKey.get(key) ?? this.search(key) ?? this.spill?.search(key);
    if (cell !== undefined) this.cellsByKey.set(key, cell);
    return cell;
  }

  private search(key: string): Cell | undefined {
    const { keyOffsets, keyLengths, valueOffsets } = scanShard(this.contents());
    const wanted = Buffer.from(key, 'latin1');
    for (const [i, offset] of keyOffsets.entries()) {
      if (keyLengths[i] !== wanted.byteLength) continue;
      if (wanted.compare(this.bytes, offset, offset + wanted.byteLength) !== 0) continue;
      return { shard: this, index: (valueOffsets[i] ?? 0) / FLOAT64_BYTES };
    }
    return undefined;
  }

  /** Moves what waits in memory into the storage, if it takes it now. */
  drain(): StorageFailure | undefined {
    const { spill } = this;
    if (spill === null) return undefined;
    const start = this.used;
    const waiting = spill.bytes.subarray(HEADER_BYTES, spill.used);
    const failure = this.makeRoom(start + waiting.byteLength);
    if (failure !== undefined) return failure;
    this.bytes.set(waiting, start);
    spill.base = (start - HEADER_BYTES) / FLOAT64_BYTES;
    spill.bytes = Buffer.alloc(0);
    this.spill = null;
    this.annexes = [...this.annexes, spill];
    this.view();
    this.publish(start + waiting.byteLength);
    return undefined;
  }

  /** Brings dirty blocks to the file. */
  flush(): StorageFailure | undefined {
    return this.storage.flush(this.used);
  }

  /**
   * Goes on in another storage, which must hold the same bytes already.
   *
   * @returns The storage so far, for the caller to close.
   */
  moveTo(storage: ShardStorage, events: ShardEvents = SILENT): ShardStorage {
    const before = this.storage;
    this.storage = storage;
    this.events = events;
    this.view();
    return before;
  }

  /** Notes that the values as they are now stay on a disk for others to count. */
  settle(): void {
    this.settled = this.f64.slice(0, this.used / FLOAT64_BYTES);
  }

  /**
   * Takes away the values that were settled, before the shard goes to another disk or under another name: what adds
   * up across shards must not be there twice.
   */
  subtractSettled(): void {
    const { settled } = this;
    if (settled === null) return;
    this.settled = null;
    for (const offset of scanShard(this.contents()).valueOffsets) {
      const index = offset / FLOAT64_BYTES;
      this.f64[index] = (this.f64[index] ?? 0) - (settled[index] ?? 0);
    }
  }

  private makeRoom(bytes: number): StorageFailure | undefined {
    if (bytes <= this.storage.capacity) return undefined;
    const failure = this.storage.grow(bytes);
    if (failure === undefined) this.view();
    return failure;
  }

  /**
   * Makes entries visible. Readers in other processes must find them complete once "bytes in use" covers them;
   * `Atomics.store` is sequentially consistent (ECMAScript's memory model), so no earlier store may move behind it.
   */
  private publish(end: number): void {
    const start = this.used;
    this.used = end;
    Atomics.store(this.header, 0, end);
    if (this.dirty === null) return;
    this.dirty.fill(1, Math.floor(start / BLOCK_BYTES), Math.ceil(end / BLOCK_BYTES));
    this.events.onDirty();
  }

  private view(): void {
    const { buffer, dirty } = this.storage;
    this.f64 = new Float64Array(buffer);
    this.bytes = Buffer.from(buffer);
    this.header = new Int32Array(buffer, 0, 1);
    this.dirty = dirty;
    for (const annex of this.annexes) {
      annex.f64 = new Float64Array(buffer, annex.base * FLOAT64_BYTES);
      annex.dirty = dirty;
      annex.events = this.events;
    }
  }
}
