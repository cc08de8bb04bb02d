import { ExpositionParseError } from './exposition-parse-error.js';
import { LineCursor } from './line-cursor.js';

const SURROGATE = /\p{Surrogate}/u;

/**
 * Gives the lines of a text, each without its newline; what follows the last newline is a line only if it is
 * not empty.
 *
 * @param blanksAtEnd - `kept`, or `dropped` where the format ignores them.
 */
export function* eachLine(text: string, blanksAtEnd: 'kept' | 'dropped'): Generator<LineCursor> {
  let number = 1;
  for (let start = 0; start < text.length; number++) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    const line = text.slice(start, end);
    yield new LineCursor(blanksAtEnd === 'dropped' ? withoutBlanksAtEnd(line) : line, number);
    start = end + 1;
  }
}

function withoutBlanksAtEnd(line: string): string {
  let end = line.length;
  while (end > 0 && (line[end - 1] === ' ' || line[end - 1] === '\t')) end--;
  return end === line.length ? line : line.slice(0, end);
}

/** Refuses text that UTF-8 cannot carry. */
export function checkCharacters(text: string): void {
  const at = text.search(SURROGATE);
  if (at === -1) return;
  const lineStart = text.lastIndexOf('\n', at) + 1;
  const line = text.slice(0, lineStart).split('\n').length;
  const problem = 'expected characters that UTF-8 can carry, got half of a surrogate pair';
  throw new ExpositionParseError('bad-character', { line, column: at - lineStart + 1 }, problem);
}

/** Refuses a text whose last line does not end. */
export function checkLastNewline(text: string): void {
  if (text === '' || text.endsWith('\n')) return;
  const lines = text.split('\n');
  const place = { line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
  throw new ExpositionParseError('missing-newline', place, 'expected a newline, got the end of the text');
}
