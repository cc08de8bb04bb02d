import type { ExpositionParseErrorCode } from '@promshard/exposition';

import type { JudgedDocument } from './other-parsers.js';

/** Why one parser takes what the other refuses. */
export interface Disagreement {
  readonly why: string;
  /** Where only some documents are explained by it: which. */
  readonly when?: (document: JudgedDocument) => boolean;
}

type ByCode = Readonly<Partial<Record<ExpositionParseErrorCode, Disagreement>>>;

const isText = ({ format }: JudgedDocument): boolean => format === 'text';
const isOpenMetrics = ({ format }: JudgedDocument): boolean => format === 'openmetrics';

const ONE_LINE = { why: 'It reads line by line, and leaves what lines say of each other to the database.' };
const NUL = 'A NUL ends the document for it, wherever it stands.';
const hasNul = ({ text }: JudgedDocument): boolean => text.includes('\0');

/** What we refuse and Prometheus 3.12's scraper takes, by our code. */
export const PROMETHEUS_TAKES: ByCode = {
  'bad-bound': ONE_LINE,
  'bad-exemplar': {
    why: 'It does not look at which sample has the exemplar, how long it is, or whether it is in its bucket.',
  },
  'bad-sample-name': ONE_LINE,
  'bad-unit': { why: 'It allows a unit for every type, and any characters in it.', when: isOpenMetrics },
  'bound-order': ONE_LINE,
  'count-mismatch': ONE_LINE,
  'duplicate-metadata': ONE_LINE,
  'duplicate-series': ONE_LINE,
  'impossible-value': ONE_LINE,
  'interleaved-family': ONE_LINE,
  'interleaved-series': ONE_LINE,
  'metadata-after-samples': ONE_LINE,
  'missing-inf-bucket': ONE_LINE,
  'missing-label': ONE_LINE,
  'missing-sample': ONE_LINE,
  'name-clash': ONE_LINE,
  'not-cumulative': ONE_LINE,
  'timestamp-order': ONE_LINE,
  'duplicate-label': { why: 'It keeps one of two labels of a name.' },
  'reserved-label': { why: 'It takes le and quantile as labels like any others, and __name__ for the name.' },
  'missing-newline': { why: 'It ends the last line of text by itself.', when: isText },
  'missing-eof': { why: 'It takes an empty body for one without metrics.', when: ({ text }) => text === '' },
  'bad-escape': { why: 'It leaves a sequence that is none as it stands.' },
  'bad-metadata': {
    why: 'It takes whatever follows the name in a HELP or TYPE line for the text, blank or not.',
    when: isText,
  },
  'unterminated-string': { why: 'Its strings may go on over the end of a line.' },
  'bad-labels': {
    why: 'It needs no comma between labels of text, and takes one more at the end in OpenMetrics, and empty names.',
  },
  'bad-name': {
    why: 'It takes a metric name in quotes at any place in the braces; and a NUL ends the document.',
  },
  'bad-value': { why: NUL, when: hasNul },
  'bad-timestamp': { why: NUL, when: hasNul },
  'unexpected-text': { why: NUL, when: hasNul },
};

/** What Prometheus 3.12's scraper refuses and we take. */
export const PROMETHEUS_REFUSES: readonly Disagreement[] = [
  { why: 'A NUL ends a document of text for it, also within a name in quotes.', when: hasNul },
  {
    why: 'The specification has an int64 for the time; its text parser has digits alone.',
    when: ({ format, text }) => format === 'text' && /[ \t][+-][0-9]+[ \t]*$/m.test(text),
  },
];

const LAX =
  'Python’s parser of text is lax: "so successful parsing does not imply that the parsed text meets the specification".';

/** What we refuse and Python's parsers (prometheus_client 0.26) take, by our code. */
export const PYTHON_TAKES: ByCode = {
  'bad-escape': { why: 'It leaves a sequence that is none as it stands, and takes a bare quote in HELP.' },
  'bad-labels': {
    why: 'It trims what stands between labels, and takes a blank or nothing for a label set or name.',
  },
  'bad-metadata': {
    why: 'It looks at the first character and the second word of the line; and a TYPE may lack its type in text.',
  },
  'duplicate-series': {
    why: 'It drops a sample that was there with the same timestamp, and does not look in text.',
  },
  'missing-sample': { why: 'It does not ask a counter for its total, nor a summary for anything.' },
  'bad-exemplar': {
    why: 'It does not look whether an exemplar is in its bucket, and reads what stands around it loosely.',
  },
  'impossible-value': { why: 'It takes any number for a creation.', when: isOpenMetrics },
  'reserved-label': { why: 'It takes le and quantile as labels like any others, and __name__ for the name.' },
  'bad-bound': { why: 'It trims a bound before it reads it; and does not look in text.' },
  'bad-character': { why: LAX, when: isText },
  'bad-name': { why: 'It looks at no name that stands before braces.' },
  'bad-timestamp': {
    why: 'It reads times with digit separators or as floats, and drops what follows in text.',
  },
  'bad-type': { why: 'Several blanks are one to it; and it takes any type in text.' },
  'bad-value': {
    why: 'It splits a line of text at its first blank; and takes numbers beyond float64 for infinite.',
  },
  'bad-sample-name': { why: LAX, when: isText },
  'bound-order': { why: LAX, when: isText },
  'count-mismatch': { why: LAX, when: isText },
  'duplicate-label': { why: LAX, when: isText },
  'duplicate-metadata': { why: LAX, when: isText },
  'interleaved-family': { why: LAX, when: isText },
  'metadata-after-samples': { why: LAX, when: isText },
  'missing-inf-bucket': { why: LAX, when: isText },
  'missing-label': { why: LAX, when: isText },
  'missing-newline': { why: 'It ends the last line by itself.', when: isText },
  'name-clash': { why: LAX, when: isText },
  'not-cumulative': { why: LAX, when: isText },
  'unexpected-text': { why: LAX, when: isText },
  'unterminated-string': { why: LAX, when: isText },
};

/** What Python's parsers refuse and we take. */
export const PYTHON_REFUSES: readonly Disagreement[] = [
  {
    why: 'A quoted name that no TYPE, HELP or UNIT line announced is none to its OpenMetrics parser.',
    when: ({ quoted, format }) => quoted && format === 'openmetrics',
  },
  {
    why: 'It takes a line that has TYPE or HELP as its second word for metadata, as ## TYPE x y, which is a comment.',
    when: ({ format, text }) => format === 'text' && /^[ \t]*#[^ \t\n]*[ \t]+(TYPE|HELP)/m.test(text),
  },
  {
    why: 'A time without a digit before its point cannot be compared with others.',
    when: ({ format, text }) => format === 'openmetrics' && / [+-]?\.[0-9]/.test(text),
  },
  {
    why: 'It loses its way in an exemplar with an escaped quote.',
    when: ({ format, text }) => format === 'openmetrics' && /# \{.*\\"/.test(text),
  },
];
