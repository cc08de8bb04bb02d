import { getSystemErrorMap } from 'node:util';

/**
 * A system call of the addon failed.
 *
 * It reads like the errors of `node:fs`: `code` is the name (`ENOSPC`), `errno` the negative number, `syscall`
 * the call. It names no path, because the addon knows only descriptors.
 */
export class NativeError extends Error {
  override readonly name: string = 'NativeError';
  /** The error's name: `ENOSPC`, `EFBIG`, `ENOMEM`, `EBADF`, … */
  readonly code: string;
  /** The negative number of the error on this platform, as in `node:fs`. */
  readonly errno: number;
  /** The system call that failed. */
  readonly syscall: string;

  constructor(errno: number, syscall: string) {
    const [code, text] = getSystemErrorMap().get(errno) ?? ['UNKNOWN', `unknown system error ${errno}`];
    super(`${code}: ${text}, ${syscall}`);
    this.code = code;
    this.errno = errno;
    this.syscall = syscall;
  }
}

/** What a function of the addon gave, unless that is the negative number of an error. */
export function orThrow<Result>(result: Result | number, syscall: string): Result {
  if (typeof result === 'number') throw new NativeError(result, syscall);
  return result;
}
