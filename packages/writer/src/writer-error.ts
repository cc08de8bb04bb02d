/** What went wrong, stable across releases, for programs. */
export type WriterErrorCode =
  /** A store is open already, in another directory. */
  | 'STORE_ALREADY_OPEN'
  /** Another copy of the library, of an incompatible release, holds this thread's store. */
  | 'STORE_INCOMPATIBLE'
  /** The `store` of a metric is not one that `openShardStore` returned. */
  | 'STORE_UNKNOWN'
  /** The mmap backend was asked for and cannot work here. */
  | 'MMAP_UNAVAILABLE'
  /** The directory has as many files or bytes as it may, and `overflow` is `refuse`. */
  | 'DIRECTORY_FULL'
  /** The processor stores numbers with the high byte first; the shard layout is the other way round. */
  | 'PLATFORM_UNSUPPORTED'
  /** A gauge does not say how the values of several processes combine. */
  | 'GAUGE_MODE_REQUIRED'
  /** The label policy forbids a label name, or values under which a metric has counted before it was given. */
  | 'LABEL_FORBIDDEN'
  /** The values that a policy declares for a metric's labels make more series than the metric may have. */
  | 'SERIES_BUDGET_EXCEEDED'
  /** A histogram's buckets are not numbers. */
  | 'BUCKETS_INVALID'
  /** What is to be mirrored is no registry, or an option of the mirror is wrong. */
  | 'MIRROR_INVALID'
  /** A summary's percentiles are not numbers from 0 to 1, or its relative error is none that a sketch can have. */
  | 'PERCENTILES_INVALID'
  /** A state set's states, mode or name cannot be one's. */
  | 'STATES_INVALID'
  /** A metric's unit is not what its name ends in. */
  | 'UNIT_INVALID';

/**
 * The library was used in a way that cannot work. Thrown where a store is opened or a metric declared, never by
 * counting. Its message holds no label value.
 */
export class WriterError extends Error {
  override readonly name: string = 'WriterError';
  readonly code: WriterErrorCode;

  constructor(code: WriterErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
