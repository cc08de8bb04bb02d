/** A failed system call: its error code, as `EACCES`. */
export interface Failure {
  readonly kind: 'failed';
  readonly errno: string;
}

/** Nothing is wrong with what was asked for: this process, or the system, is out of descriptors or memory. */
export interface Shortage {
  readonly kind: 'no-resources';
  readonly errno: string;
}

/** What an error code says of a call. */
export function failure(errno: string): Shortage | Failure {
  const isShortage = errno === 'EMFILE' || errno === 'ENFILE' || errno === 'ENOMEM';
  return { kind: isShortage ? 'no-resources' : 'failed', errno };
}
