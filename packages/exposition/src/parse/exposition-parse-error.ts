/** What is wrong with an exposition. The codes are stable; the messages are not. */
export type ExpositionParseErrorCode =
  /** The last line has no newline (text). */
  | 'missing-newline'
  /** There is no `# EOF` (OpenMetrics). */
  | 'missing-eof'
  /** Something stands after `# EOF` (OpenMetrics). */
  | 'text-after-eof'
  /** An empty line (OpenMetrics). */
  | 'blank-line'
  /** A lone surrogate, which UTF-8 cannot carry. */
  | 'bad-character'
  /** A `#` line that is not well formed, or, in OpenMetrics, is none of TYPE, HELP, UNIT and EOF. */
  | 'bad-metadata'
  /** A type that the format does not have. */
  | 'bad-type'
  /** A unit that is not the last word of the name, or on a type that may have none. */
  | 'bad-unit'
  /** A second TYPE, HELP or UNIT line of a family. */
  | 'duplicate-metadata'
  /** A TYPE, HELP or UNIT line after a sample of its family. */
  | 'metadata-after-samples'
  /** A line of a family after one of another family. */
  | 'interleaved-family'
  /** Two families whose sample names collide. */
  | 'name-clash'
  /** A metric name that is none. */
  | 'bad-name'
  /** A sample name that the type of its family does not have, as a counter's without `_total` in OpenMetrics. */
  | 'bad-sample-name'
  /** Braces, names, commas and quotes of a label set that are not well formed. */
  | 'bad-labels'
  /** Two labels of one name. */
  | 'duplicate-label'
  /** A label name that has a meaning elsewhere: `__name__`, or `le` and `quantile` on the wrong sample. */
  | 'reserved-label'
  /** A backslash sequence, or an unescaped double quote, that the format does not have. */
  | 'bad-escape'
  /** A quoted string without its closing quote. */
  | 'unterminated-string'
  /** A value that is no number of the format. */
  | 'bad-value'
  /** A timestamp that is no time of the format. */
  | 'bad-timestamp'
  /** An exemplar that is not well formed, too long, above its bucket, or on a sample that may have none. */
  | 'bad-exemplar'
  /** More on the line than belongs there. */
  | 'unexpected-text'
  /** A number that the sample cannot have, as a counter that is negative or NaN. */
  | 'impossible-value'
  /** A series that was there already. */
  | 'duplicate-series'
  /** Samples of one label set that do not stand together (OpenMetrics). */
  | 'interleaved-series'
  /** Timestamps of a label set that go back, or that are there only sometimes (OpenMetrics). */
  | 'timestamp-order'
  /** A bucket without `le`, a quantile without `quantile`, a state without its label. */
  | 'missing-label'
  /** An `le` or a `quantile` that is no number of its kind. */
  | 'bad-bound'
  /** Buckets or quantiles that do not ascend. */
  | 'bound-order'
  /** A bucket that holds less than the one below it. */
  | 'not-cumulative'
  /** A histogram without its `+Inf` bucket. */
  | 'missing-inf-bucket'
  /** A histogram's count that is not its `+Inf` bucket. */
  | 'count-mismatch'
  /** A counter without `_total`, or a sum without a count, or the other way round (OpenMetrics). */
  | 'missing-sample';

/** A place in the text, both 1-based; columns count UTF-16 code units, as editors do. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/**
 * An exposition breaks its format's rules. The message never quotes the text: a label value could be in it.
 */
export class ExpositionParseError extends Error {
  override readonly name = 'ExpositionParseError';
  readonly code: ExpositionParseErrorCode;
  /** The line, from 1. */
  readonly line: number;
  /** The column, from 1, in UTF-16 code units. */
  readonly column: number;

  constructor(code: ExpositionParseErrorCode, place: Place, problem: string) {
    super(`Line ${place.line}, column ${place.column}: ${problem} (${code})`);
    this.code = code;
    this.line = place.line;
    this.column = place.column;
  }
}
