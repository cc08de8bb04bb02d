import type { Liveness } from './judge-liveness.js';
import type { LockHolder } from './pruner-lock.js';
import type { PrunerError } from './pruner-error.js';

/** How a run ended. */
export type PruneReport = PruneDone | PruneBusy | PruneFailed;

/** The run looked at everything and did what was to be done; in a dry run, what it would have done. */
export interface PruneDone {
  readonly kind: 'done';
  readonly dir: string;
  readonly dryRun: boolean;
  /** The folded generation that counts; 0 where there is none yet. A dry run makes none. */
  readonly generation: number;
  /** Every writer in the directory, by id. */
  readonly writers: readonly JudgedWriter[];
  /** What was damaged or gone, and was written again from its other copy: the fold pointer, or its spare. */
  readonly mended: readonly string[];
  /** Shards whose values are in the folded generation now. */
  readonly folded: readonly string[];
  /** Shards of gauges that end with their writer. */
  readonly dropped: readonly string[];
  /** Folded series that were given up, as `retireAfterMs` asks. */
  readonly retired: number;
  /** Every name that was removed, the above among them. */
  readonly deleted: readonly string[];
  /** Files of dead writers, leftovers, and folded shards that cannot be read: they stay, and why. */
  readonly left: readonly LeftFile[];
  /** Undefined while the directory is within its limits, or has none. */
  readonly overflow: DirectoryOverflow | undefined;
}

/** Another run holds the lock, or may hold it; nothing was looked at. */
export interface PruneBusy {
  readonly kind: 'busy';
  readonly dir: string;
  readonly holder: LockHolder;
  /** One sentence; where the holder cannot be judged, also what to do about it. */
  readonly message: string;
}

/** The run stopped. No value is lost, and the next run starts over. */
export interface PruneFailed {
  readonly kind: 'failed';
  readonly dir: string;
  readonly error: PrunerError;
}

/** A writer, and whether it lives. */
export interface JudgedWriter {
  readonly id: string;
  readonly liveness: Liveness;
  /** Number of its shard files. */
  readonly shards: number;
}

/** A file that a run did not remove, though its writer is dead. */
export interface LeftFile {
  readonly file: string;
  readonly reason: string;
}

/** What is in the directory after the run, above what may be. */
export interface DirectoryOverflow {
  readonly files: number;
  readonly maxFiles: number | undefined;
  /** Undefined where bytes have no limit: they are not counted then. */
  readonly bytes: number | undefined;
  readonly maxBytes: number | undefined;
}
