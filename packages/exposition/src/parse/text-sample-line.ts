import { readQuoted, TEXT_QUOTED } from './escaped-string.js';
import { LabelSet } from './label-set.js';
import type { LineCursor } from './line-cursor.js';
import { LABEL_NAME, METRIC_NAME } from './name-token.js';
import { parseMilliseconds, parseNumber } from './number-token.js';
import type { SampleLine } from './sample-line.js';

const TOKEN = /[^ \t]+/y;

/**
 * Reads a sample line of text 0.0.4, from its first character that is no blank.
 *
 * The grammar is that of Prometheus' "Exposition formats" page, with quoted names: `{"a.name","a.label"="x"} 1`.
 */
export function readTextSample(cursor: LineCursor): SampleLine {
  const place = { line: cursor.line, column: cursor.column };
  const bareName = cursor.take(METRIC_NAME);
  const blank = cursor.skipBlanks();
  const labels = new LabelSet();
  let name = bareName;
  if (cursor.next === '{') name = readBraces(cursor, labels, bareName);
  else if (bareName === undefined || !(blank || cursor.done))
    throw cursor.expected('bad-name', 'a metric name');
  if (name === undefined)
    throw cursor.error('bad-name', 'expected a metric name before or in the braces', place.column - 1);

  cursor.skipBlanks();
  const valuePlace = { line: cursor.line, column: cursor.column };
  const value = readValue(cursor);
  cursor.skipBlanks();
  const timestampMs = cursor.done ? undefined : readTimestamp(cursor);
  cursor.skipBlanks();
  if (!cursor.done) throw cursor.expected('unexpected-text', 'the end of the line');
  const sample = { name, labels: labels.pairs, value, ...(timestampMs === undefined ? {} : { timestampMs }) };
  return { sample, place, valuePlace, exemplarPlace: valuePlace };
}

/** Reads `{…}` and gives back the metric name, which may be the first thing inside. */
function readBraces(cursor: LineCursor, labels: LabelSet, outerName: string | undefined): string | undefined {
  cursor.skip('{');
  cursor.skipBlanks();
  let name = outerName;
  for (let first = true; !cursor.skip('}'); first = false) {
    const at = cursor.at;
    const quoted = cursor.next === '"';
    const item = quoted ? readQuoted(cursor, TEXT_QUOTED) : cursor.take(LABEL_NAME);
    if (item === undefined) throw cursor.expected('bad-labels', 'a label name');
    if (item === '') throw cursor.error('bad-labels', 'expected a name, got an empty string', at);
    cursor.skipBlanks();
    if (cursor.skip('=')) {
      labels.checkName(item, cursor, at);
      cursor.skipBlanks();
      labels.add(item, readQuoted(cursor, TEXT_QUOTED));
      cursor.skipBlanks();
    } else if (quoted && first && name === undefined) name = item;
    else throw cursor.expected('bad-labels', 'an equals sign after the label name');

    if (cursor.skip(',')) cursor.skipBlanks();
    else if (cursor.next !== '}') throw cursor.expected('bad-labels', 'a comma or a closing brace');
  }
  return name;
}

function readValue(cursor: LineCursor): number {
  const at = cursor.at;
  const value = parseNumber(cursor.take(TOKEN) ?? '');
  if (value === undefined) throw cursor.expected('bad-value', 'a decimal number, NaN, +Inf or -Inf', at);
  return value;
}

function readTimestamp(cursor: LineCursor): number {
  const at = cursor.at;
  const timestampMs = parseMilliseconds(cursor.take(TOKEN) ?? '');
  if (timestampMs === undefined)
    throw cursor.error('bad-timestamp', 'expected whole milliseconds within int64', at);
  return timestampMs;
}
