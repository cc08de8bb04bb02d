import type { EscapingScheme } from '../escape-name.js';
import type { MetricFamily } from '../model.js';
import { ExpositionParseError } from './exposition-parse-error.js';
import { FamilyTable } from './family-table.js';
import { checkCharacters, checkLastNewline, eachLine } from './lines.js';
import { readOpenMetricsMetadata, readTextMetadata } from './metadata-line.js';
import type { NameForm } from './name-token.js';
import { readOpenMetricsSample } from './openmetrics-sample-line.js';
import { OPENMETRICS_RULES } from './openmetrics-rules.js';
import { readTextSample } from './text-sample-line.js';
import { TEXT_RULES } from './text-rules.js';

/** A format, by the content type that names it. */
export type ExpositionFormat = 'text' | 'openmetrics';

/** How to read an exposition. */
export interface ParseOptions {
  /** `text`, the default, or `openmetrics` for 1.0. Never guessed: the content type says it. */
  readonly format?: ExpositionFormat;
  /**
   * What the content type says of names. Only with `allow-utf-8` does OpenMetrics have them in quotes; text always may.
   * Escaped names are read as they stand.
   */
  readonly escaping?: EscapingScheme;
}

/** A whole exposition that follows its format's rules. */
export interface ParsedExposition {
  readonly format: ExpositionFormat;
  /**
   * In the order of the text, each once. Sample names are those of the text; a family's name is OpenMetrics' in
   * both formats, so that text's `jobs_total` is the counter `jobs` with the samples `jobs_total`.
   */
  readonly families: readonly MetricFamily[];
}

/**
 * Reads an exposition strictly: what the format's specification forbids is refused, all the rest is taken.
 *
 * The time that it takes grows with the length of the text, whatever the text is.
 *
 * @param text - The body, decoded from UTF-8.
 * @throws {@link ExpositionParseError} at the first offence; nothing else, for any string.
 */
export function parseExposition(text: string, options: ParseOptions = {}): ParsedExposition {
  const { format = 'text', escaping } = options;
  checkCharacters(text);
  if (format === 'text') return { format, families: parseText(text) };
  return { format, families: parseOpenMetrics(text, escaping === 'allow-utf-8' ? 'quoted' : 'bare') };
}

function parseText(text: string): MetricFamily[] {
  checkLastNewline(text);
  const table = new FamilyTable(TEXT_RULES);
  for (const cursor of eachLine(text, 'dropped')) {
    cursor.skipBlanks();
    if (cursor.done) continue;
    if (cursor.next !== '#') {
      table.addSample(readTextSample(cursor));
      continue;
    }
    const metadata = readTextMetadata(cursor);
    if (metadata !== undefined) table.addMetadata(metadata);
  }
  return table.close();
}

function parseOpenMetrics(text: string, names: NameForm): MetricFamily[] {
  const table = new FamilyTable(OPENMETRICS_RULES);
  let families: MetricFamily[] | undefined;
  let line = 0;
  for (const cursor of eachLine(text, 'kept')) {
    line = cursor.line;
    if (families !== undefined)
      throw cursor.error('text-after-eof', 'expected nothing after # EOF, got a line');
    if (cursor.done) throw cursor.error('blank-line', 'expected no blank lines, got one');
    if (cursor.text === '# EOF') families = table.close();
    else if (cursor.next === '#') table.addMetadata(readOpenMetricsMetadata(cursor, names));
    else table.addSample(readOpenMetricsSample(cursor, names));
  }
  if (families !== undefined) return families;
  const place = { line: line + 1, column: 1 };
  throw new ExpositionParseError('missing-eof', place, 'expected a line # EOF, got the end of the text');
}
