/** What kept a run from its work; stable across releases, for programs. */
export type PrunerErrorCode =
  /** `folded.json` cannot be read, or is gone while its generation is there, and so is its spare copy. */
  | 'pointer-damaged'
  /** Another pruner took over while this one was at work. */
  | 'lock-lost'
  /** The lock's holder cannot be judged from here, so no run will ever get it. */
  | 'lock-blocked'
  /** Owner records may not be read by this process, so their writers can never be judged. */
  | 'records-forbidden'
  /** The directory holds more files or bytes than it may. */
  | 'overflow'
  /** The disk or the quota is full. */
  | 'no-space'
  /** A file or the directory may not be read or changed, or the file system is read-only. */
  | 'not-permitted'
  /** The directory does not exist, or is none. */
  | 'directory-missing'
  /** The file system has no hard links. */
  | 'links-unsupported'
  /** Any other failure of a system call; `cause` holds it. */
  | 'io'
  /** The pruner was closed before. */
  | 'closed';

/** A run of the pruner could not do its work. Nothing is lost: the directory is as before, or as after. */
export class PrunerError extends Error {
  override readonly name = 'PrunerError';
  readonly code: PrunerErrorCode;
  /** The directory that was to be pruned. */
  readonly dir: string;

  constructor(code: PrunerErrorCode, dir: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.dir = dir;
  }
}

/** Turns whatever a file operation threw into a {@link PrunerError} that names the directory and the way out. */
export function toPrunerError(error: unknown, dir: string): PrunerError {
  if (error instanceof PrunerError) return error;
  const code = classify(systemCode(error));
  const what = error instanceof Error ? error.message : String(error);
  return new PrunerError(code, dir, `Pruning ${dir} stopped: ${what}. ${REMEDIES[code]}`, { cause: error });
}

/** The system's name of a failed call (`ENOENT`); undefined for anything else. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

type SystemFailure = 'no-space' | 'not-permitted' | 'directory-missing' | 'io';

const REMEDIES: Readonly<Record<SystemFailure, string>> = {
  'no-space': 'No value is lost; folding goes on once there is room.',
  'not-permitted': 'The pruner must be able to read, write and search the directory.',
  'directory-missing': 'The deployment provides the directory; the pruner never creates it.',
  io: 'No value is lost; the next run starts over.',
};

function classify(code: string | undefined): SystemFailure {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'no-space';
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'not-permitted';
    case 'ENOENT':
    case 'ENOTDIR':
      return 'directory-missing';
    default:
      return 'io';
  }
}
