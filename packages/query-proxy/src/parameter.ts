import { alternation, isWellFormed, quoteString } from './promql/quote.js';
import { parseDuration } from './time.js';

/** A parameter of a named query: what a caller may send for it, and how it stands in the expression. */
export interface QueryParameter {
  /** What part of an expression it may take: a quoted string, a duration in brackets, or a number. */
  readonly kind: 'string' | 'duration' | 'number';
  /** Taken where the caller sends none; without it the parameter is required. */
  readonly default?: string;
  /** Whether the caller may send it more than once. */
  readonly multiple: boolean;
  /** What is accepted, in words, for error messages. */
  readonly expected: string;
  /** JSON Schema of one value, for the OpenAPI description. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** A value that is accepted, with which the expression is checked when the query is defined. */
  readonly sample: string;
  /** Whether one value is accepted. */
  accepts(value: string): boolean;
  /** The PromQL of accepted values: always one whole literal. */
  render(values: readonly string[]): string;
}

/** Longest text that a parameter may hold unless it says otherwise, in UTF-16 code units. */
const MAX_TEXT_LENGTH = 128;

/**
 * A value out of a closed set, written as a string literal: `{queue=$queue}`.
 *
 * @param values - What callers may send; at least one.
 */
export function oneOf(
  values: readonly [string, ...string[]],
  options: { readonly default?: string } = {},
): QueryParameter {
  return { ...closedSet(values, options), multiple: false, render: ([value = '']) => quoteString(value) };
}

/** Values out of a closed set, written as a regular expression that matches exactly these: `{queue=~$queues}`. */
export function anyOf(
  values: readonly [string, ...string[]],
  options: { readonly default?: string } = {},
): QueryParameter {
  return { ...closedSet(values, options), multiple: true, render: (sent) => quoteString(alternation(sent)) };
}

/** Any text, written as a string literal; for `=` and `!=` only: in a regular expression a caller could match more than meant. */
export function text(
  options: { readonly default?: string; readonly maxLength?: number } = {},
): QueryParameter {
  const { maxLength = MAX_TEXT_LENGTH, ...rest } = options;
  return {
    ...rest,
    kind: 'string',
    multiple: false,
    expected: `a text of 1 to ${maxLength} characters`,
    schema: { type: 'string', minLength: 1, maxLength },
    sample: 'a',
    accepts: (value) => value.length > 0 && value.length <= maxLength && isWellFormed(value),
    render: ([value = '']) => quoteString(value),
  };
}

/** A duration such as `5m`, between bounds: `rate(jobs_total[$window])`. */
export function duration(options: {
  readonly default?: string;
  readonly min?: string;
  readonly max: string;
}): QueryParameter {
  const { min = '1s', max, ...rest } = options;
  const least = parseDuration(min) ?? Number.NaN;
  const most = parseDuration(max) ?? Number.NaN;
  return {
    ...rest,
    kind: 'duration',
    multiple: false,
    expected: `a duration from ${min} to ${max}`,
    schema: { type: 'string', pattern: '^([0-9]+(ms|[smhdwy]))+$' },
    sample: max,
    accepts: (value) => {
      const ms = parseDuration(value);
      return ms !== undefined && ms >= least && ms <= most;
    },
    render: ([value = '']) => value,
  };
}

/** A number between bounds: `topk($n, …)`, `histogram_quantile($q, …)`. */
export function number(options: {
  readonly default?: string;
  readonly min: number;
  readonly max: number;
  readonly integer?: boolean;
}): QueryParameter {
  const { min, max, integer = false, ...rest } = options;
  const digits = integer ? /^-?\d{1,15}$/ : /^-?\d{1,15}(?:\.\d{1,15})?$/;
  return {
    ...rest,
    kind: 'number',
    multiple: false,
    expected: `${integer ? 'an integer' : 'a decimal number'} from ${min} to ${max}`,
    schema: { type: integer ? 'integer' : 'number', minimum: min, maximum: max },
    sample: String(max),
    accepts: (value) => digits.test(value) && Number(value) >= min && Number(value) <= max,
    render: ([value = '']) => value,
  };
}

function closedSet(
  values: readonly [string, ...string[]],
  options: { readonly default?: string },
): Pick<QueryParameter, 'kind' | 'expected' | 'schema' | 'sample' | 'accepts' | 'default'> {
  const known = new Set(values);
  return {
    ...options,
    kind: 'string',
    expected: `one of ${values.map((value) => JSON.stringify(value)).join(', ')}`,
    schema: { type: 'string', enum: [...known] },
    sample: values[0],
    accepts: (value) => known.has(value),
  };
}
