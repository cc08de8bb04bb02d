import { constants } from 'node:fs';
import { link, lstat, open, readdir, rename, statfs, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

import { PrunerError, systemCode } from './pruner-error.js';

/** The system calls that Node.js lacks here; `@promshard/native` has them. */
export interface FileLocks {
  /** Takes the exclusive flock(2) of an open file without waiting; false when another open file holds it. */
  tryLock(fd: number): boolean;
  /** Whether any process has a file open for writing; `fd` is open for reading. Throws where that cannot be told. */
  hasWriters?(fd: number): boolean;
}

/** An open record file: its text, and its lock, which goes with `close()`. */
export interface RecordFile {
  /** At most {@link MAX_RECORD_BYTES} of it. */
  readonly text: string;
  /** Undefined where locks cannot be had: no addon, or a file system without them. */
  tryLock(): boolean | undefined;
  /** Replaces bytes in place; the file keeps its length. */
  overwrite(offset: number, text: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * Everything that the pruner does to a directory, by file name. Each method fails with the error of `node:fs`;
 * those that say so give `undefined` or `false` where the file is gone.
 */
export interface PruneDirectory {
  readonly path: string;
  list(): Promise<readonly string[]>;
  /** What is known of a file, or of a link itself; undefined where it is gone. */
  stat(name: string): Promise<FileFacts | undefined>;
  /** The bytes of a regular file; undefined where it is gone. Never follows a link, never waits for a pipe. */
  read(name: string): Promise<Uint8Array | undefined>;
  /** Opens a record; undefined where it is gone. */
  openRecord(name: string): Promise<RecordFile | undefined>;
  /**
   * Creates a record that must not exist, locked if that is possible, and brings its bytes to the disk; `text` is told
   * whether it is locked.
   */
  createRecord(name: string, text: (locked: boolean) => string): Promise<RecordFile>;
  /** Creates a file that must not exist, and brings its bytes to the disk. */
  write(name: string, bytes: Uint8Array): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Gives a file a second name; false where that name is taken, or the file is gone. */
  link(existing: string, name: string): Promise<boolean>;
  /** Removes a name; false where it is gone. */
  remove(name: string): Promise<boolean>;
  /** Whether any process has a file open for writing; undefined where it is gone, or that cannot be told. */
  hasWriters(name: string): Promise<boolean | undefined>;
  /** Whether no other machine can reach the directory: the kind of its file system says so. */
  isLocal(): Promise<boolean>;
  /** Brings the directory's names to the disk. */
  sync(): Promise<void>;
}

/** What lstat(2) says of a file. */
export interface FileFacts {
  /** Equal for two names of one file. */
  readonly identity: string;
  readonly bytes: number;
  /** Unix milliseconds. */
  readonly modifiedMs: number;
}

/** A record is a few hundred bytes; a longer file is none, and is not read further. */
export const MAX_RECORD_BYTES = 65_536;

// A pipe must not block the run, and a link must not lead out of the directory. Windows has neither
// flag: undefined counts as 0 here.
const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR, O_CREAT, O_EXCL, O_WRONLY } = constants;
const READ = O_RDONLY | O_NOFOLLOW | O_NONBLOCK;

/** Linux's numbers (statfs(2)) of file systems that one kernel at a time can have: ext, XFS, btrfs, f2fs, ZFS, … */
const LOCAL_FILE_SYSTEMS: ReadonlySet<number> = new Set([
  0xef53, 0x58465342, 0x9123683e, 0xf2f52010, 0x2fc12fc1, 0x01021994 /* tmpfs */, 0x794c7630 /* overlayfs */,
]);

/**
 * Reaches a directory through `node:fs`. This is the only file of the package that changes anything on a disk.
 *
 * @param locks - Undefined where there is no addon: records are then neither locked nor tried.
 */
export function openPruneDirectory(path: string, locks: FileLocks | undefined): PruneDirectory {
  const at = (name: string): string => join(path, name);
  let isLocal: Promise<boolean> | undefined;
  return {
    path,
    list: () => readdir(path),
    stat: async (name) => {
      const facts = await unlessGone(lstat(at(name), { bigint: true }));
      if (facts === undefined) return undefined;
      const { dev, ino, size, mtimeMs } = facts;
      return { identity: `${dev}:${ino}`, bytes: Number(size), modifiedMs: Number(mtimeMs) };
    },
    read: async (name) => {
      const handle = await unlessGone(open(at(name), READ));
      if (handle === undefined) return undefined;
      return closing(handle, async () => {
        await expectFile(handle, path, name);
        return handle.readFile();
      });
    },
    openRecord: async (name) => {
      const handle = await unlessGone(open(at(name), READ));
      if (handle === undefined) return undefined;
      return closingOnFailure(handle, async () => {
        await expectFile(handle, path, name);
        const buffer = Buffer.alloc(MAX_RECORD_BYTES);
        const { bytesRead } = await handle.read(buffer, 0, MAX_RECORD_BYTES, 0);
        return recordFile(handle, buffer.toString('utf8', 0, bytesRead), locks);
      });
    },
    createRecord: async (name, text) => {
      const handle = await open(at(name), O_RDWR | O_CREAT | O_EXCL);
      return closingOnFailure(handle, async () => {
        const written = text(tryLock(handle, locks) === true);
        await handle.writeFile(written);
        // An empty record that a power failure left could not be judged, and the lock would be held for ever.
        await handle.sync();
        return recordFile(handle, written, locks);
      });
    },
    write: async (name, bytes) => {
      const handle = await open(at(name), O_WRONLY | O_CREAT | O_EXCL);
      await closing(handle, async () => {
        await handle.writeFile(bytes);
        await handle.sync();
      });
    },
    rename: (from, to) => rename(at(from), at(to)),
    link: async (existing, name) => {
      try {
        await link(at(existing), at(name));
        return true;
      } catch (error) {
        const code = systemCode(error);
        if (code === 'EEXIST' || code === 'ENOENT') return false;
        throw linkFailure(error, path);
      }
    },
    remove: async (name) => (await unlessGone(unlink(at(name)).then(() => true))) ?? false,
    hasWriters: async (name) => {
      if (locks?.hasWriters === undefined) return undefined;
      try {
        const handle = await open(at(name), READ);
        return await closing(handle, async () => {
          await expectFile(handle, path, name);
          return locks.hasWriters?.(handle.fd);
        });
      } catch {
        // Gone, another user's, or on a file system that does not know: the caller keeps what it cannot judge.
        return undefined;
      }
    },
    isLocal: async () => {
      isLocal ??= statfs(path)
        .then(({ type }) => LOCAL_FILE_SYSTEMS.has(type))
        .catch(() => false);
      return isLocal;
    },
    sync: async () => {
      // Windows opens no directories, and needs no such step.
      if (process.platform === 'win32') return;
      const handle = await open(path, O_RDONLY);
      await closing(handle, () => handle.sync());
    },
  };
}

function recordFile(handle: FileHandle, text: string, locks: FileLocks | undefined): RecordFile {
  return {
    text,
    tryLock: () => tryLock(handle, locks),
    overwrite: async (offset, replacement) => {
      const bytes = Buffer.from(replacement);
      await handle.write(bytes, 0, bytes.byteLength, offset);
    },
    close: () => handle.close(),
  };
}

function tryLock(handle: FileHandle, locks: FileLocks | undefined): boolean | undefined {
  try {
    return locks?.tryLock(handle.fd);
  } catch {
    // A file system without flock: the caller falls back to process ids.
    return undefined;
  }
}

async function expectFile(handle: FileHandle, path: string, name: string): Promise<void> {
  const facts = await handle.stat();
  if (!facts.isFile()) throw new PrunerError('io', path, `${name} in ${path} is not a regular file.`);
}

async function unlessGone<Result>(operation: Promise<Result>): Promise<Result | undefined> {
  try {
    return await operation;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function closing<Result>(handle: FileHandle, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } finally {
    await handle.close();
  }
}

async function closingOnFailure<Result>(handle: FileHandle, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function linkFailure(error: unknown, path: string): unknown {
  const code = systemCode(error) ?? '';
  if (!['ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK'].includes(code)) return error;
  const message = `The file system of ${path} has no hard links (${code}), which the pruner's lock is made of.`;
  return new PrunerError('links-unsupported', path, message, { cause: error });
}
