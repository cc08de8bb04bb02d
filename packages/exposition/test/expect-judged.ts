import { ExpositionParseError, parseExposition, renderOpenMetrics, renderText } from '../src/index.js';
import type { Document } from './mutate.js';

/** What became of a document. */
export type Judgement = 'taken' | 'refused';

/**
 * Parses a document. What is taken must be taken again once it was written; what is refused must say where, within the text.
 *
 * @throws Error for anything else, with what would reproduce it.
 */
export function judge(document: Document): Judgement {
  const { text, options } = document;
  try {
    const { families } = parseExposition(text, options);
    const again = options.format === 'text' ? renderText : renderOpenMetrics;
    parseExposition(again({ families }, { escaping: 'allow-utf-8' }), {
      ...options,
      escaping: 'allow-utf-8',
    });
    return 'taken';
  } catch (error) {
    if (error instanceof ExpositionParseError && isWithin(error, text)) return 'refused';
    throw new Error(`A mutation of ${document.name} failed: ${JSON.stringify(text)}`, { cause: error });
  }
}

/** An error may lie right behind the last character, where something is missing. */
function isWithin({ line, column }: ExpositionParseError, text: string): boolean {
  const found = text.split('\n')[line - 1];
  const isAfterEnd = found === undefined && line === text.split('\n').length + 1 && column === 1;
  return line >= 1 && column >= 1 && (isAfterEnd || (found !== undefined && column <= found.length + 1));
}
