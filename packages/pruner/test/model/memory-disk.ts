import type { FileFacts, PruneDirectory, RecordFile } from '../../src/prune-directory.js';
import type { Random } from './seeded-random.js';
import type { Actor, Scheduler } from './scheduler.js';

/** A file, whatever its names. */
interface Inode {
  bytes: Uint8Array;
  /** What a power failure leaves of it. */
  synced: Uint8Array;
  lockedBy: Actor | undefined;
}

type Names = Map<string, Inode>;

/** What may go wrong with an operation besides the death of who asks for it. */
export type Trouble = 'none' | 'refused' | 'done-but-failed';

/**
 * One directory in memory, with what POSIX leaves open left open: a listing is no snapshot; a file is written in
 * parts; until it is synced, each change of a name may or may not survive a power failure, in any combination.
 */
export class MemoryDisk {
  readonly #scheduler: Scheduler;
  readonly #random: Random;
  #names: Names = new Map();
  #durable: Names = new Map();
  /** Changes of names since the last sync. */
  #unsynced: ((names: Names) => void)[] = [];

  constructor(scheduler: Scheduler, random: Random) {
    this.#scheduler = scheduler;
    this.#random = random;
  }

  get names(): string[] {
    return [...this.#names.keys()].toSorted();
  }

  /** The bytes of a file at this moment. */
  peek(name: string): Uint8Array | undefined {
    return this.#names.get(name)?.bytes;
  }

  /** Puts a file there, or takes it away, at once and for good: what writers do, and accidents. */
  put(name: string, bytes: Uint8Array | undefined): void {
    for (const names of [this.#names, this.#durable]) {
      if (bytes === undefined) names.delete(name);
    }
    if (bytes === undefined) return;
    const inode = { bytes, synced: bytes, lockedBy: undefined };
    this.#names.set(name, inode);
    this.#durable.set(name, inode);
  }

  /** What a writer does to bring a file to its name, at once and for good. */
  rename(from: string, to: string): void {
    const inode = this.#names.get(from);
    if (inode === undefined) throw Object.assign(new Error(`ENOENT: ${from}`), { code: 'ENOENT' });
    for (const names of [this.#names, this.#durable]) {
      names.delete(from);
      names.set(to, inode);
    }
  }

  /** Changes a file in place, as a store to a mapping does; it need not have a name any more. */
  store(inode: { bytes: Uint8Array; synced: Uint8Array }, bytes: Uint8Array): void {
    inode.bytes = bytes;
    inode.synced = bytes;
  }

  /** The file of a name. */
  inode(name: string): Inode | undefined {
    return this.#names.get(name);
  }

  /** Everything but what was synced may be gone. */
  powerFailure(): void {
    for (const change of this.#unsynced) if (this.#random.oneIn(2)) change(this.#durable);
    this.#unsynced = [];
    this.#names = new Map(this.#durable);
    for (const inode of this.#names.values()) {
      inode.lockedBy = undefined;
      const isLost = inode.bytes !== inode.synced && this.#random.oneIn(2);
      if (isLost) inode.bytes = inode.synced;
      inode.synced = inode.bytes;
    }
  }

  /** The kernel drops what a process had locked. */
  dropLocksOf(actor: Actor): void {
    for (const inode of this.#names.values()) if (inode.lockedBy === actor) inode.lockedBy = undefined;
  }

  /** Lists in two parts, between which anything may happen; the second may begin from the first name again. */
  async list(actor: Actor): Promise<string[]> {
    await this.#scheduler.turn(actor);
    const pivot = this.#random.pick(['', ...this.names]);
    const first = this.names.filter((name) => name < pivot);
    await this.#scheduler.turn(actor);
    const from = this.#random.oneIn(8) ? '' : pivot;
    return [...first, ...this.names.filter((name) => name >= from)];
  }

  async read(actor: Actor, name: string): Promise<Uint8Array | undefined> {
    await this.#scheduler.turn(actor);
    return this.peek(name);
  }

  /** The directory as the pruner reaches it. @param trouble - Asked before each step. */
  directoryOf(actor: Actor, canLock: boolean, trouble: () => Trouble): PruneDirectory {
    const step = async <Result>(work: () => Result): Promise<Result> => {
      await this.#scheduler.turn(actor);
      const kind = trouble();
      if (kind === 'none') return work();
      if (kind === 'done-but-failed') work();
      throw Object.assign(new Error('EIO: injected'), { code: 'EIO' });
    };
    const create = (name: string): Inode => {
      if (this.#names.has(name)) throw Object.assign(new Error(`EEXIST: ${name}`), { code: 'EEXIST' });
      const inode: Inode = { bytes: new Uint8Array(), synced: new Uint8Array(), lockedBy: undefined };
      this.#change((names) => void names.set(name, inode));
      return inode;
    };
    const recordOf = (inode: Inode, text: string): RecordFile => ({
      text,
      tryLock: () => {
        if (!canLock) return undefined;
        if (inode.lockedBy !== undefined && inode.lockedBy !== actor) return false;
        inode.lockedBy = actor;
        return true;
      },
      overwrite: (offset, replacement) =>
        step(() => {
          const bytes = Uint8Array.from(inode.bytes);
          bytes.set(Buffer.from(replacement), offset);
          inode.bytes = bytes;
        }),
      close: () => {
        if (inode.lockedBy === actor) inode.lockedBy = undefined;
        return Promise.resolve();
      },
    });
    return {
      path: '/memory',
      list: async () => {
        const names = await this.list(actor);
        if (trouble() !== 'none') throw Object.assign(new Error('EIO: injected'), { code: 'EIO' });
        return names;
      },
      stat: (name) =>
        step((): FileFacts | undefined => {
          const bytes = this.peek(name)?.byteLength;
          return bytes === undefined ? undefined : { identity: name, bytes, modifiedMs: 0 };
        }),
      read: (name) => step(() => this.peek(name)),
      openRecord: (name) =>
        step(() => {
          const inode = this.#names.get(name);
          return inode && recordOf(inode, Buffer.from(inode.bytes).toString('utf8'));
        }),
      createRecord: async (name, text) => {
        const inode = await step(() => create(name));
        if (canLock) inode.lockedBy = actor;
        const written = text(canLock);
        await step(() => void (inode.bytes = Buffer.from(written)));
        await step(() => void (inode.synced = inode.bytes));
        return recordOf(inode, written);
      },
      write: async (name, bytes) => {
        const inode = await step(() => create(name));
        await step(() => void (inode.bytes = bytes.slice(0, bytes.byteLength >> 1)));
        await step(() => void (inode.bytes = bytes.slice()));
        await step(() => void (inode.synced = inode.bytes));
      },
      rename: (from, to) =>
        step(() => {
          const inode = this.#names.get(from);
          if (inode === undefined) throw Object.assign(new Error(`ENOENT: ${from}`), { code: 'ENOENT' });
          this.#change((names) => {
            names.delete(from);
            names.set(to, inode);
          });
        }),
      link: (existing, name) =>
        step(() => {
          const inode = this.#names.get(existing);
          if (inode === undefined || this.#names.has(name)) return false;
          this.#change((names) => void names.set(name, inode));
          return true;
        }),
      remove: (name) =>
        step(() => {
          if (!this.#names.has(name)) return false;
          this.#change((names) => void names.delete(name));
          return true;
        }),
      // No foreign writers, and one machine.
      hasWriters: () => Promise.resolve(undefined),
      isLocal: () => Promise.resolve(true),
      sync: () =>
        step(() => {
          for (const change of this.#unsynced) change(this.#durable);
          this.#unsynced = [];
        }),
    };
  }

  #change(change: (names: Names) => void): void {
    change(this.#names);
    this.#unsynced.push(change);
  }
}
