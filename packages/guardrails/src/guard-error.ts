/** What kept a run from giving an answer; stable across releases, for programs. */
export type GuardErrorCode =
  /** The configuration file cannot be read, or says what no configuration may say. */
  | 'config-invalid'
  /** A named file, directory or entry point is not there. */
  | 'input-missing'
  /** An exposition could not be fetched. */
  | 'unreachable'
  /** A file could not be written: the snapshot of task names. */
  | 'not-written';

/** No answer could be given; what was found wrong is a finding, not an error. */
export class GuardError extends Error {
  override readonly name = 'GuardError';
  readonly code: GuardErrorCode;

  constructor(code: GuardErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
