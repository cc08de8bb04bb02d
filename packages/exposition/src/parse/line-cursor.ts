import { ExpositionParseError, type ExpositionParseErrorCode } from './exposition-parse-error.js';

const BLANKS = /[ \t]+/y;

/** Reads one line from left to right. Each character is looked at a bounded number of times. */
export class LineCursor {
  /** The index of the next character. */
  at = 0;
  readonly text: string;
  readonly line: number;

  /**
   * @param text - The line without its newline.
   * @param line - Its number, from 1.
   */
  constructor(text: string, line: number) {
    this.text = text;
    this.line = line;
  }

  get done(): boolean {
    return this.at >= this.text.length;
  }

  /** The column of the next character, from 1. */
  get column(): number {
    return this.at + 1;
  }

  /** The next character, or nothing at the end of the line. */
  get next(): string {
    return this.text.charAt(this.at);
  }

  /** Takes what a sticky pattern matches here. */
  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text)?.[0];
    if (match !== undefined) this.at += match.length;
    return match;
  }

  /** Steps over the text, if it is what comes next. */
  skip(text: string): boolean {
    if (!this.text.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  /** Steps over blanks and tabs; false if there are none. */
  skipBlanks(): boolean {
    return this.take(BLANKS) !== undefined;
  }

  /** An error at the next character, or at an index of the line: what was expected, and what stands there. */
  expected(code: ExpositionParseErrorCode, what: string, at: number = this.at): ExpositionParseError {
    return this.error(code, `expected ${what}, got ${this.#describe(at)}`, at);
  }

  /** An error at the next character, or at an index of the line. */
  error(code: ExpositionParseErrorCode, problem: string, at: number = this.at): ExpositionParseError {
    return new ExpositionParseError(code, { line: this.line, column: at + 1 }, problem);
  }

  /** A code point says enough, and gives no label value away. */
  #describe(at: number): string {
    const codePoint = this.text.codePointAt(at);
    if (codePoint === undefined) return 'the end of the line';
    if (codePoint === 0x20) return 'a blank';
    return `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`;
  }
}
