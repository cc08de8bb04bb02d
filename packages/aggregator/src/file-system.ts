import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  statfsSync,
  statSync,
} from 'node:fs';
import { readdir } from 'node:fs/promises';

/** What went wrong in a system call: its error code, as `EACCES`. */
export type Errno = string;

/** A file as the system describes it. */
export interface FileFacts {
  readonly isFile: boolean;
  readonly size: number;
  /** Names that the file has, in this directory or others. */
  readonly links: number;
  /** Same as before: the same file. */
  readonly identity: string;
}

/** A directory's state: any entry that comes, goes or is renamed changes it. */
export interface DirectoryStamp {
  readonly text: string;
  /** The later of its last changes, in milliseconds of the file system's clock. */
  readonly changedAtMs: number;
}

/**
 * The only place of this package that touches the file system; it only reads. Nothing here throws: what fails gives
 * its error code.
 *
 * Single calls are synchronous. For files in the page cache, a round trip through the thread pool costs several times
 * what it waits for; the caller yields to the event loop between files instead.
 */
export const FILE_SYSTEM = {
  async list(dir: string): Promise<readonly string[] | Errno> {
    try {
      return await readdir(dir);
    } catch (error) {
      return errnoOf(error);
    }
  },

  stamp(dir: string): DirectoryStamp | Errno {
    try {
      const { dev, ino, nlink, size, mtimeNs, ctimeNs, mtimeMs, ctimeMs } = statSync(dir, { bigint: true });
      const text = `${dev}:${ino}:${nlink}:${size}:${mtimeNs}:${ctimeNs}`;
      return { text, changedAtMs: Number(mtimeMs > ctimeMs ? mtimeMs : ctimeMs) };
    } catch (error) {
      return errnoOf(error);
    }
  },

  /** The file system's magic number (statfs(2)); undefined where there is none to be had. */
  typeOf(dir: string): number | undefined {
    try {
      return process.platform === 'linux' ? statfsSync(dir).type : undefined;
    } catch {
      return undefined;
    }
  },

  open(path: string): number | Errno {
    try {
      return openSync(path, OPEN_FLAGS);
    } catch (error) {
      return errnoOf(error);
    }
  },

  /** Of an open file, or of whatever has this name, symlinks not followed. */
  facts(file: number | string): FileFacts | Errno {
    try {
      const stat = typeof file === 'number' ? fstatSync(file) : lstatSync(file);
      const { dev, ino, birthtimeMs, size, nlink } = stat;
      return { isFile: stat.isFile(), size, links: nlink, identity: `${dev}:${ino}:${birthtimeMs}` };
    } catch (error) {
      return errnoOf(error);
    }
  },

  /**
   * Reads up to `length` bytes from byte `position` of a file to byte `offset` of `bytes`, by one call of the system;
   * gives how many. There are fewer where the file ends, and may be elsewhere on a network.
   */
  read(fd: number, bytes: Buffer, offset: number, length: number, position: number): number | Errno {
    try {
      return readSync(fd, bytes, offset, length, position);
    } catch (error) {
      return errnoOf(error);
    }
  },

  close(fd: number): void {
    try {
      closeSync(fd);
    } catch {
      // It was for reading: nothing is lost.
    }
  },
};

/** What readers of the directory need of a file system. */
export type FileSystem = typeof FILE_SYSTEM;

// No symlink is followed out of the directory, and opening a FIFO does not wait for its writer.
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

function errnoOf(error: unknown): Errno {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : 'EUNKNOWN';
}
