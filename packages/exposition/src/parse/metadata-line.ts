import type { MetricType } from '../model.js';
import { OPENMETRICS_STRING, readHelp, readQuoted, TEXT_HELP, TEXT_QUOTED } from './escaped-string.js';
import type { Place } from './exposition-parse-error.js';
import type { LineCursor } from './line-cursor.js';
import { METRIC_NAME, type NameForm } from './name-token.js';

/** What a TYPE, HELP or UNIT line says of the family that it names. */
export type MetadataLine = { readonly name: string; readonly place: Place } & (
  | { readonly kind: 'type'; readonly type: MetricType }
  | { readonly kind: 'help'; readonly help: string }
  | { readonly kind: 'unit'; readonly unit: string }
);

const WORD = /[^ \t]+/y;
const REST = /[^]*/y;
const UNIT = /[a-zA-Z0-9_:]*/y;

const TEXT_TYPES: ReadonlyMap<string, MetricType> = new Map([
  ['counter', 'counter'],
  ['gauge', 'gauge'],
  ['histogram', 'histogram'],
  ['summary', 'summary'],
  ['untyped', 'unknown'],
]);

const OPENMETRICS_TYPES: ReadonlySet<string> = new Set<MetricType>([
  'counter',
  'gauge',
  'histogram',
  'gaugehistogram',
  'summary',
  'info',
  'stateset',
  'unknown',
]);

/**
 * Reads a `#` line of text 0.0.4, from its `#`.
 *
 * @returns Undefined for a comment.
 */
export function readTextMetadata(cursor: LineCursor): MetadataLine | undefined {
  const place = { line: cursor.line, column: cursor.column };
  cursor.skip('#');
  cursor.skipBlanks();
  const keyword = cursor.take(WORD);
  if (keyword !== 'TYPE' && keyword !== 'HELP') return undefined;
  cursor.skipBlanks();
  const name = cursor.next === '"' ? readQuoted(cursor, TEXT_QUOTED) : cursor.take(METRIC_NAME);
  if (name === undefined || name === '') throw cursor.expected('bad-metadata', 'a metric name');
  if (!cursor.done && !cursor.skipBlanks())
    throw cursor.expected('bad-metadata', 'a blank after the metric name');

  if (keyword === 'HELP') return { kind: 'help', name, place, help: readHelp(cursor, TEXT_HELP) };
  const at = cursor.at;
  const type = TEXT_TYPES.get(cursor.take(REST) ?? '');
  if (type === undefined) {
    throw cursor.error(
      'bad-type',
      `expected one of ${[...TEXT_TYPES.keys()].join(', ')}, got none of these`,
      at,
    );
  }
  return { kind: 'type', name, place, type };
}

/** Reads a `#` line of OpenMetrics 1.0 other than `# EOF`. */
export function readOpenMetricsMetadata(cursor: LineCursor, names: NameForm): MetadataLine {
  const place = { line: cursor.line, column: cursor.column };
  const isType = cursor.skip('# TYPE ');
  const isHelp = !isType && cursor.skip('# HELP ');
  if (!isType && !isHelp && !cursor.skip('# UNIT ')) {
    throw cursor.error('bad-metadata', 'expected # TYPE, # HELP, # UNIT or # EOF, got something else');
  }
  const isQuoted = names === 'quoted' && cursor.next === '"';
  const name = isQuoted ? readQuoted(cursor, OPENMETRICS_STRING) : cursor.take(METRIC_NAME);
  if (name === undefined || name === '') throw cursor.expected('bad-metadata', 'a metric name');
  if (!cursor.skip(' ')) throw cursor.expected('bad-metadata', 'one blank after the metric name');

  if (isHelp) return { kind: 'help', name, place, help: readHelp(cursor, OPENMETRICS_STRING) };
  const at = cursor.at;
  if (isType) {
    const type = cursor.take(REST) ?? '';
    if (isOpenMetricsType(type)) return { kind: 'type', name, place, type };
    throw cursor.error(
      'bad-type',
      `expected one of ${[...OPENMETRICS_TYPES].join(', ')}, got none of these`,
      at,
    );
  }
  const unit = cursor.take(UNIT) ?? '';
  if (!cursor.done) throw cursor.expected('bad-unit', 'letters, digits, underscores and colons');
  if (unit !== '' && !name.endsWith(`_${unit}`)) {
    throw cursor.error(
      'bad-unit',
      'expected a unit that is the last word of the metric name, got another',
      at,
    );
  }
  return { kind: 'unit', name, place, unit };
}

function isOpenMetricsType(type: string): type is MetricType {
  return OPENMETRICS_TYPES.has(type);
}
