import type { LineCursor } from './line-cursor.js';

/** How a kind of string escapes, which differs by format and place. */
export interface EscapeDialect {
  /** Whether `\"` is an escape, and a bare `"` therefore an end or an error. */
  readonly quote: boolean;
  /** What an undefined sequence such as `\z` is: an error, or the two characters themselves. */
  readonly undefinedSequence: 'refused' | 'literal';
}

/** Text 0.0.4: a HELP line escapes backslash and newline, and nothing else. */
export const TEXT_HELP: EscapeDialect = { quote: false, undefinedSequence: 'refused' };

/** Text 0.0.4: label values, and quoted names. */
export const TEXT_QUOTED: EscapeDialect = { quote: true, undefinedSequence: 'refused' };

/** OpenMetrics: label values and HELP lines. Its grammar allows `\z` and says that it equals `\\z`. */
export const OPENMETRICS_STRING: EscapeDialect = { quote: true, undefinedSequence: 'literal' };

const PLAIN = /[^"\\]*/y;
const PLAIN_OR_QUOTE = /[^\\]*/y;

/** Reads a string between double quotes, from its opening quote to behind its closing one. */
export function readQuoted(cursor: LineCursor, dialect: EscapeDialect): string {
  const start = cursor.at;
  if (!cursor.skip('"')) throw cursor.expected('bad-labels', 'a double quote');
  const parts: string[] = [];
  for (;;) {
    parts.push(cursor.take(PLAIN) ?? '');
    if (cursor.skip('"')) return parts.join('');
    if (cursor.done) throw unterminated(cursor, start);
    parts.push(readEscape(cursor, dialect));
  }
}

/** Reads the rest of the line as a HELP text. */
export function readHelp(cursor: LineCursor, dialect: EscapeDialect): string {
  const parts: string[] = [];
  for (;;) {
    parts.push(cursor.take(dialect.quote ? PLAIN : PLAIN_OR_QUOTE) ?? '');
    if (cursor.done) return parts.join('');
    if (cursor.next === '"') throw cursor.error('bad-escape', 'expected \\" for a double quote, got it bare');
    parts.push(readEscape(cursor, dialect));
  }
}

function readEscape(cursor: LineCursor, dialect: EscapeDialect): string {
  if (cursor.skip('\\n')) return '\n';
  if (cursor.skip('\\\\')) return '\\';
  if (dialect.quote && cursor.skip('\\"')) return '"';
  const known = dialect.quote ? '\\\\, \\" or \\n' : '\\\\ or \\n';
  const atEnd = cursor.at + 1 >= cursor.text.length;
  if (dialect.undefinedSequence === 'refused' || atEnd) {
    throw cursor.error('bad-escape', `expected the escape sequence ${known}, got another`);
  }
  cursor.at++;
  return '\\';
}

function unterminated(cursor: LineCursor, start: number): Error {
  return cursor.error('unterminated-string', 'expected a closing double quote before the line ends', start);
}
