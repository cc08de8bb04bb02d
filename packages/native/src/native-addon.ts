import { NativeError, orThrow } from './native-error.js';

/**
 * The system calls that Node.js does not offer.
 *
 * Arguments of a wrong type or range throw a `TypeError` or `RangeError`; a failed system call throws a
 * `NativeError`. Descriptors stay the caller's: nothing here opens or closes one.
 */
export interface NativeAddon {
  /**
   * Maps the first `reserveBytes` of an open file, shared and writable.
   *
   * The file may be shorter than the reserve, and grow under the mapping. **Touching a byte past the end of the
   * file ends the process (SIGBUS)**: `allocate` first. The descriptor may be closed afterwards. The pages go
   * with `unmapFile`, with garbage collection, or with the thread. Must not be handed to another thread.
   *
   * @param fd - A descriptor opened for reading and writing.
   * @param reserveBytes - A multiple of the page size, at most 2 GiB.
   */
  mapFile(fd: number, reserveBytes: number): ArrayBuffer;
  /**
   * Takes the mapping away: the buffer and every view of it have length 0 from now on, and a late store into one
   * goes nowhere. A second call does nothing. No asynchronous operation may still be using the buffer.
   */
  unmapFile(buffer: ArrayBuffer): void;
  /**
   * Gives the file real, zeroed blocks in this range, and a length that covers it; what it already holds stays.
   * On failure (`ENOSPC`, `EDQUOT`, `EFBIG`, …) the length may be anything between the old and the asked one.
   *
   * @param fd - A descriptor opened for writing.
   */
  allocate(fd: number, offset: number, length: number): void;
  /**
   * Takes the exclusive `flock` of the open file, without waiting; `false` when another open file holds it. The
   * kernel drops it when the descriptor is closed, however the process or the thread ends.
   */
  tryLock(fd: number): boolean;
  /** Drops the lock that `tryLock` took, if any. */
  unlock(fd: number): void;
  /**
   * Whether any process of this machine has the file open for writing, or mapped so, whatever its user or PID
   * namespace. Linux only. The file must be this user's, unless the process has CAP_LEASE.
   *
   * @param fd - A descriptor opened for reading only.
   * @throws NativeError `ENOTSUP` where the system has no leases, `EINVAL` where the file system has none (those of
   *   other machines), `EACCES` for another user's file.
   */
  hasWriters(fd: number): boolean;
}

/** What the compiled addon exports: a negative number is the error of the system call. */
export interface AddonBinding {
  mapFile(fd: number, reserveBytes: number): ArrayBuffer | number;
  unmapFile(buffer: ArrayBuffer): void;
  allocate(fd: number, offset: number, length: number): number;
  tryLock(fd: number): boolean | number;
  unlock(fd: number): number;
  hasWriters(fd: number): boolean | number;
}

/** Turns the binding's error numbers into exceptions. */
export function bindAddon(binding: AddonBinding): NativeAddon {
  return {
    mapFile: (fd, reserveBytes) => orThrow(binding.mapFile(fd, reserveBytes), 'mmap'),
    unmapFile: (buffer) => binding.unmapFile(buffer),
    allocate: (fd, offset, length) => {
      succeed(binding.allocate(fd, offset, length), 'fallocate');
    },
    tryLock: (fd) => orThrow(binding.tryLock(fd), 'flock'),
    unlock: (fd) => {
      succeed(binding.unlock(fd), 'flock');
    },
    hasWriters: (fd) => orThrow(binding.hasWriters(fd), 'fcntl'),
  };
}

function succeed(result: number, syscall: string): void {
  if (result !== 0) throw new NativeError(result, syscall);
}
