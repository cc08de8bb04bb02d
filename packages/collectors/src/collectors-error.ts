/** What is wrong, stable across releases, for programs. */
export type CollectorsErrorCode =
  /** An option, a collector's name or a label cannot be as given. */
  | 'OPTIONS_INVALID'
  /** The registry has a metric of that name that is not of this package, or a collector of that kind and name. */
  | 'NAME_TAKEN';

/** Collectors were put together wrongly; thrown when they are made or added, never by a scrape. Holds no value of a label. */
export class CollectorsError extends Error {
  override readonly name = 'CollectorsError';
  readonly code: CollectorsErrorCode;

  constructor(code: CollectorsErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
