/** Why dead letters cannot be worked with as asked. */
export type DeadLettersErrorCode =
  /** An option or a selection that cannot be; thrown before anything is asked of the broker. */
  | 'OPTIONS_INVALID'
  /** This broker cannot tell its dead letters apart by what was asked for. */
  | 'SELECTION_UNSUPPORTED'
  /** A driver that the bin needs is not installed where it runs, or is too old. */
  | 'DRIVER_MISSING'
  /** The bin's: the installed pg-boss does not know the schema that it finds. */
  | 'SCHEMA_UNKNOWN';

/** Dead letters that were asked for wrongly. What the broker itself says is passed on as its driver threw it. */
export class DeadLettersError extends Error {
  override readonly name = 'DeadLettersError';
  readonly code: DeadLettersErrorCode;

  constructor(code: DeadLettersErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
