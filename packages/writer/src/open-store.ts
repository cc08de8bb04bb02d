import { FLOAT64_BYTES, kindName, shardFileName, temporaryFileName } from '@promshard/shard-format';

import { atExit } from './at-exit.js';
import type { Backend, BackendUnknown } from './choose-backend.js';
import { HeapStorage } from './heap-storage.js';
import { MmapStorage } from './mmap-storage.js';
import { closeOwnerFile, placeOwnerFile, type Owner, type OwnerFile } from './owner-file.js';
import { PwriteStorage } from './pwrite-storage.js';
import { settlesAtClose } from './settles-at-close.js';
import { Sampler } from './sampling/sampler.js';
import type { ShardDirectory } from './shard-directory.js';
import type { ShardKeeper, ShardSet } from './shard-set.js';
import type { ShardStorage, StorageFailure } from './shard-storage.js';
import type { ShardStore } from './shard-store.js';
import type { Shard } from './shard.js';
import { StoreHealth } from './store-health.js';

/** What a store is made of. */
export interface OpenStoreOptions {
  readonly set: ShardSet;
  readonly directory: ShardDirectory;
  readonly owner: Owner;
  readonly backend: Backend | BackendUnknown;
  /** Asks again, where the backend is not known yet. */
  chooseBackend(): Backend | BackendUnknown;
  readonly maxShardBytes: number;
  /** How often `collect` callbacks run, in milliseconds. */
  readonly collectIntervalMs: number;
  /** How often files are looked after; by default each second. */
  readonly tendIntervalMs?: number;
}

/**
 * Keeps a set's shards in files. No failure of the disk leaves this class other than as a problem: what cannot be
 * done now is done by `tend`, which runs on a timer that does not keep the process alive.
 */
export class OpenStore implements ShardStore, ShardKeeper {
  readonly dir: string;
  readonly shardId: string;
  /** What metrics that name this store in their `store` option count in. */
  readonly shardSet: ShardSet;
  private readonly options: OpenStoreOptions;
  private readonly health: StoreHealth;
  private readonly timer: NodeJS.Timeout;
  private chosen: Backend | BackendUnknown;
  private readonly sampler: Sampler;
  private ownerFile: OwnerFile | undefined;
  private flushing: NodeJS.Immediate | undefined;
  private isClosed = false;
  private isChanging = false;
  /** The process ends: no turn of the event loop will come. */
  private isEnding = false;
  private readonly forgetExit: () => void;

  private readonly events = {
    onDirty: (): void => {
      if (this.isEnding) this.flush();
      else this.flushing ??= setImmediate(() => this.flush());
    },
    onRefused: (failure: StorageFailure): void => {
      this.health.failed(failure);
    },
  };

  constructor(options: OpenStoreOptions) {
    const { set, directory, owner, backend, tendIntervalMs = 1000 } = options;
    this.options = options;
    this.dir = directory.path;
    this.shardId = owner.id;
    this.chosen = backend;
    this.shardSet = set;
    this.health = new StoreHealth(set, directory.path);
    set.keeper = this;
    set.limitTo(options.maxShardBytes);
    for (const shard of set.shards) shard.subtractSettled();
    this.tend();
    this.timer = setInterval(() => this.tend(), tendIntervalMs).unref();
    this.forgetExit = atExit(() => this.end());
    this.sampler = new Sampler({ intervalMs: options.collectIntervalMs, callbacks: set.collecting });
    if (set.collecting.length > 0) this.sampler.begin();
  }

  onCollecting(): void {
    this.sampler.begin();
  }

  sample(): Promise<void> {
    return this.isClosed ? Promise.resolve() : this.sampler.sample();
  }

  get backend(): 'mmap' | 'pwrite' {
    return this.chosen.kind === 'chosen' && this.chosen.native === undefined ? 'pwrite' : 'mmap';
  }

  onFirstEntries(shard: Shard): void {
    // While something is wrong it is up to `tend` to try again, not to each new series.
    if (this.ownerFile !== undefined && !this.health.isIll && !this.isChanging) this.keep(shard);
  }

  /**
   * Leaves the files as they are, with all that was counted, and makes the change in memory; `tend` then puts each shard into a
   * new file of the same name. So a reader, or whoever comes after a SIGKILL, finds all of a shard before the change, or all after it.
   */
  atOnce(change: () => void): void {
    this.flush();
    for (const shard of this.shardSet.shards) {
      if (shard.storage.kind !== 'memory') shard.moveTo(new HeapStorage(shard.contents())).close();
      shard.drain();
    }
    this.isChanging = true;
    try {
      change();
    } finally {
      this.isChanging = false;
    }
  }

  flush(): void {
    if (this.flushing !== undefined) clearImmediate(this.flushing);
    this.flushing = undefined;
    if (this.isClosed) return;
    for (const shard of this.shardSet.shards) this.note(shard.flush());
  }

  close(): void {
    if (this.isClosed) return;
    this.sampler.end();
    this.tend();
    this.flush();
    this.isClosed = true;
    clearInterval(this.timer);
    this.forgetExit();
    const set = this.shardSet;
    set.keeper = null;
    set.limitTo(Infinity);
    for (const shard of set.shards) {
      const { file } = shard.storage;
      if (file === undefined) continue;
      // What was in a file that is gone is counted by nobody.
      if (settlesAtClose(shard.kind) && this.options.directory.isInPlace(file)) shard.settle();
      shard.moveTo(new HeapStorage(shard.contents())).close();
      shard.drain();
    }
    if (this.ownerFile !== undefined) {
      closeOwnerFile(this.options.directory, this.ownerFile);
      this.options.directory.close(this.ownerFile.file.fd);
    }
    set.listen(null);
  }

  /** Leaves all in the files, and from now on writes what listeners behind this one still count at once. */
  private end(): void {
    this.isEnding = true;
    this.sampler.end();
    this.tend();
    this.flush();
  }

  /** Looks after the files: makes anew what was deleted, tries again what failed. */
  private tend(): void {
    if (this.isClosed) return;
    this.health.beginRound();
    this.shardSet.followDefaultLabels();
    const backend = this.settleBackend();
    if (backend.kind === 'unknown') {
      this.note({ code: 'write-failed', cause: backend.cause });
    } else if (this.tendOwner(backend)) {
      for (const shard of this.shardSet.shards) this.tendShard(shard);
    }
    this.health.endRound();
  }

  private settleBackend(): Backend | BackendUnknown {
    if (this.chosen.kind === 'chosen') return this.chosen;
    try {
      this.chosen = this.options.chooseBackend();
    } catch (cause) {
      // The backend that was asked for does not work here, which could not be known when the store was opened.
      this.chosen = { kind: 'unknown', cause };
    }
    return this.chosen;
  }

  private tendOwner({ locks }: Backend): boolean {
    const { directory, owner } = this.options;
    const before = this.ownerFile;
    if (before !== undefined && directory.isInPlace(before.file)) return true;
    if (before !== undefined) this.health.lost();
    try {
      this.ownerFile = placeOwnerFile(directory, locks, owner);
    } catch (cause) {
      this.health.lost(cause);
      return false;
    }
    if (before !== undefined) directory.close(before.file.fd);
    return true;
  }

  private tendShard(shard: Shard): void {
    if (shard.isFull) this.note({ code: 'shard-full' });
    if (shard.isEmpty) return;
    const { file } = shard.storage;
    if (file !== undefined && !this.options.directory.isInPlace(file)) this.health.lost();
    if (file === undefined || !this.options.directory.isInPlace(file)) this.keep(shard);
    if (shard.storage.kind === 'memory') return;
    this.note(shard.drain());
    this.note(shard.flush());
  }

  /** Puts a shard into a new file, with all that it holds. */
  private keep(shard: Shard): void {
    let storage: ShardStorage;
    try {
      storage = this.makeStorage(shard);
    } catch (cause) {
      this.note({ code: 'write-failed', cause });
      return;
    }
    // Nothing was counted since the bytes were copied: all of this is one piece of synchronous code.
    shard.moveTo(storage, this.events).close();
  }

  private makeStorage(shard: Shard): ShardStorage {
    const { directory, owner, maxShardBytes } = this.options;
    const native = this.chosen.kind === 'chosen' ? this.chosen.native : undefined;
    const name = shardFileName(shard.kind, owner.id);
    const purpose = kindName(shard.kind).replace('_', '-');
    const options = {
      directory,
      name,
      temporaryName: temporaryFileName(owner.id, purpose),
      contents: shard.contents(),
      // A buffer of float64 values has whole ones only.
      maxBytes: maxShardBytes - (maxShardBytes % FLOAT64_BYTES),
    };
    return native === undefined ? new PwriteStorage(options) : new MmapStorage(native, options);
  }

  private note(failure: StorageFailure | undefined): void {
    if (failure !== undefined) this.health.failed(failure);
  }
}
