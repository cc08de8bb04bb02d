import { ExpositionParseError, type ExpositionFormat, parseExposition } from '../src/index.js';

/** What the parser says of a text: `taken`, or the error's code and place. Any other error is thrown on. */
export function refusal(text: string, format: ExpositionFormat): string {
  try {
    parseExposition(text, { format });
    return 'taken';
  } catch (error) {
    if (error instanceof ExpositionParseError) return `${error.code} ${error.line}:${error.column}`;
    throw error;
  }
}
