import { EXEMPLAR_CODE_POINTS, labelCodePoints } from '../exemplar-length.js';
import type { Exemplar, LabelPair } from '../model.js';
import { OPENMETRICS_STRING, readQuoted } from './escaped-string.js';
import { LabelSet } from './label-set.js';
import type { LineCursor } from './line-cursor.js';
import { LABEL_NAME, METRIC_NAME, type NameForm } from './name-token.js';
import { parseNumber, parseSeconds } from './number-token.js';
import type { SampleLine } from './sample-line.js';

const TOKEN = /[^ ]+/y;

/**
 * Reads a sample line of OpenMetrics 1.0, whose grammar leaves no room for spare blanks.
 *
 * @param names - `quoted` where the content type says `escaping=allow-utf-8`: names may be in quotes, and a metric's is
 *   then the first thing in the braces. The specification has `bare` ones alone.
 */
export function readOpenMetricsSample(cursor: LineCursor, names: NameForm): SampleLine {
  const place = { line: cursor.line, column: cursor.column };
  const bareName = cursor.take(METRIC_NAME);
  if (bareName === undefined && !(names === 'quoted' && cursor.text.startsWith('{"', cursor.at))) {
    throw cursor.expected('bad-name', 'a metric name');
  }
  const braces = cursor.next === '{' ? readBraces(cursor, names, bareName === undefined) : { labels: [] };
  const { labels, name = bareName } = braces;
  if (name === undefined)
    throw cursor.error('bad-name', 'expected a metric name in the braces', place.column - 1);
  if (cursor.done) throw cursor.expected('bad-value', 'one blank and a value');
  readBlank(cursor, cursor.text[cursor.at - 1] === '}' ? 'bad-labels' : 'bad-name');

  const valuePlace = { line: cursor.line, column: cursor.column };
  const value = readValue(cursor);
  const timestampMs = cursor.text.startsWith(' #', cursor.at) ? undefined : readTimestamp(cursor);
  const exemplarPlace = { line: cursor.line, column: cursor.column + 1 };
  const exemplar = cursor.done ? undefined : readExemplar(cursor, names);
  const sample = {
    name,
    labels,
    value,
    ...(timestampMs === undefined ? {} : { timestampMs }),
    ...(exemplar === undefined ? {} : { exemplar }),
  };
  return { sample, place, valuePlace, exemplarPlace };
}

interface Braces {
  readonly labels: LabelPair[];
  /** The metric's name, where it stands inside. */
  readonly name?: string;
}

/**
 * @param mayHoldName - Whether the metric's name is still to come.
 */
function readBraces(cursor: LineCursor, names: NameForm, mayHoldName: boolean): Braces {
  const labels = new LabelSet();
  if (!cursor.skip('{')) throw cursor.expected('bad-labels', 'an opening brace');
  if (cursor.skip('}')) return { labels: labels.pairs };
  let metricName: string | undefined;
  for (let first = true; ; first = false) {
    const at = cursor.at;
    const isQuoted = names === 'quoted' && cursor.next === '"';
    const name = isQuoted ? readQuoted(cursor, OPENMETRICS_STRING) : cursor.take(LABEL_NAME);
    if (name === undefined) throw cursor.expected('bad-labels', 'a label name');
    if (name === '') throw cursor.error('bad-labels', 'expected a name, got an empty string', at);
    if (isQuoted && first && mayHoldName && !cursor.text.startsWith('=', cursor.at)) metricName = name;
    else {
      labels.checkName(name, cursor, at);
      if (!cursor.skip('=')) throw cursor.expected('bad-labels', 'an equals sign after the label name');
      labels.add(name, readQuoted(cursor, OPENMETRICS_STRING));
    }
    if (cursor.skip('}'))
      return { labels: labels.pairs, ...(metricName === undefined ? {} : { name: metricName }) };
    if (!cursor.skip(',')) throw cursor.expected('bad-labels', 'a comma or a closing brace');
  }
}

function readBlank(
  cursor: LineCursor,
  code: 'bad-name' | 'bad-labels' | 'bad-exemplar' | 'unexpected-text',
): void {
  if (!cursor.skip(' ')) throw cursor.expected(code, 'one blank');
}

function readValue(cursor: LineCursor): number {
  const at = cursor.at;
  const value = parseNumber(cursor.take(TOKEN) ?? '');
  if (value === undefined) throw cursor.expected('bad-value', 'a decimal number, NaN, +Inf or -Inf', at);
  return value;
}

/** Reads a blank and a timestamp, if the line goes on. */
function readTimestamp(cursor: LineCursor): number | undefined {
  if (cursor.done) return undefined;
  readBlank(cursor, 'unexpected-text');
  const at = cursor.at;
  const timestampMs = parseSeconds(cursor.take(TOKEN) ?? '');
  if (timestampMs === undefined)
    throw cursor.expected('bad-timestamp', 'seconds as a finite decimal number', at);
  return timestampMs;
}

/** Reads ` # {…} value [timestamp]` up to the end of the line. */
function readExemplar(cursor: LineCursor, names: NameForm): Exemplar {
  if (!cursor.skip(' # ')) throw cursor.expected('bad-exemplar', 'an exemplar, as in 1 # {} 0.5');
  const at = cursor.at;
  const { labels } = readBraces(cursor, names, false);
  const length = labelCodePoints(labels);
  if (length > EXEMPLAR_CODE_POINTS) {
    const problem = `expected at most ${EXEMPLAR_CODE_POINTS} code points in an exemplar's labels, got ${length}`;
    throw cursor.error('bad-exemplar', problem, at);
  }
  readBlank(cursor, 'bad-exemplar');
  const value = readValue(cursor);
  const timestampMs = readTimestamp(cursor);
  if (!cursor.done) throw cursor.expected('unexpected-text', 'the end of the line');
  return { labels, value, ...(timestampMs === undefined ? {} : { timestampMs }) };
}
