import {
  ExpositionParseError,
  type ExpositionFormat,
  parseExposition,
  type ParseOptions,
} from '../src/index.js';

/** What the parser says of a text: `taken`, or the error's code and place. Any other error is thrown on. */
export function refusal(text: string, format: ExpositionFormat, options: ParseOptions = {}): string {
  try {
    parseExposition(text, { ...options, format });
    return 'taken';
  } catch (error) {
    if (error instanceof ExpositionParseError) return `${error.code} ${error.line}:${error.column}`;
    throw error;
  }
}
