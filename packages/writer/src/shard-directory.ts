import fs from 'node:fs';
import path from 'node:path';

/** An open file that was put into the directory complete. */
export interface PlacedFile {
  readonly fd: number;
  readonly path: string;
  readonly dev: bigint;
  readonly ino: bigint;
}

/**
 * The directory that all writers share: everything that this package changes on a disk, it changes here. Errors
 * are those of `node:fs`.
 */
export class ShardDirectory {
  readonly path: string;

  /** @param directory - Absolute path of an existing directory; never created or changed itself. */
  constructor(directory: string) {
    this.path = directory;
  }

  /**
   * Makes a file under a temporary name, has it filled, and only then gives it its name: no reader ever sees it
   * unfinished. Nothing is left behind on failure.
   *
   * @param fill - Writes what the file begins with.
   */
  place(name: string, temporaryName: string, fill: (fd: number) => void): PlacedFile {
    const temporary = path.join(this.path, temporaryName);
    const final = path.join(this.path, name);
    const fd = fs.openSync(
      temporary,
      fs.constants.O_RDWR | fs.constants.O_CREAT | fs.constants.O_EXCL,
      0o666,
    );
    try {
      fill(fd);
      const { dev, ino } = fs.fstatSync(fd, { bigint: true });
      fs.renameSync(temporary, final);
      return { fd, path: final, dev, ino };
    } catch (error) {
      this.close(fd);
      fs.rmSync(temporary, { force: true });
      throw error;
    }
  }

  /** Makes a file without a lasting name, lets it be tried, and takes it away. */
  probe(temporaryName: string, attempt: (fd: number) => void): void {
    const temporary = path.join(this.path, temporaryName);
    const fd = fs.openSync(
      temporary,
      fs.constants.O_RDWR | fs.constants.O_CREAT | fs.constants.O_EXCL,
      0o666,
    );
    try {
      // At once: an attempt that is cut off by a SIGKILL then leaves nothing behind.
      fs.rmSync(temporary, { force: true });
      attempt(fd);
    } finally {
      this.close(fd);
    }
  }

  /** Says whether a file is still found under its name: not deleted, not replaced, the directory not moved. */
  isInPlace(file: PlacedFile): boolean {
    try {
      const found = fs.statSync(file.path, { bigint: true, throwIfNoEntry: false });
      return found !== undefined && found.ino === file.ino && found.dev === file.dev;
    } catch {
      return false;
    }
  }

  /** Writes all of `bytes` at `offset`, in as many calls as the system takes. */
  writeAt(fd: number, bytes: Uint8Array, offset: number): void {
    for (let written = 0; written < bytes.byteLength;) {
      written += fs.writeSync(fd, bytes, written, bytes.byteLength - written, offset + written);
    }
  }

  /** Closes a descriptor; that it was closed by someone else is no news. */
  close(fd: number): void {
    try {
      fs.closeSync(fd);
    } catch {
      // EBADF, or a write error of a network file system that no one could act upon.
    }
  }
}
