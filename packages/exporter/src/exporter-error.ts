/** What went wrong with an exporter as a whole; a scrape's own troubles are problems in the snapshot. */
export class ExporterError extends Error {
  override readonly name = 'ExporterError';
  /** `LISTEN_FAILED`: the address is taken, not this machine's, or not permitted. */
  readonly code: 'LISTEN_FAILED';

  constructor(code: 'LISTEN_FAILED', message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
