import type { CompiledQuery } from './named-query.js';
import { type ParsedPromql, parsePromql } from './promql/parse-promql.js';
import type { QueryLimits } from './query-limits.js';
import { Refusal } from './refusal.js';
import { parseStep, parseTime } from './time.js';

/** What a proxy can be asked for. */
export interface Catalogue {
  readonly queries: ReadonlyMap<string, CompiledQuery>;
  readonly allowRawQueries: boolean;
  readonly limits: QueryLimits;
}

/** A request's expression, and the parameters of time as the upstream takes them. */
export interface QueryRequest {
  readonly expression: ParsedPromql;
  readonly time: Readonly<Record<string, string>>;
}

/**
 * Reads `query`: at one time, now by default.
 *
 * @throws Refusal for what is not accepted.
 */
export function readInstantRequest(sent: URLSearchParams, catalogue: Catalogue): QueryRequest {
  const time = single(sent, 'time');
  return {
    expression: readExpression(sent, catalogue, ['time']),
    time: time === undefined ? {} : { time: seconds(timeOf('time', time)) },
  };
}

/**
 * Reads `query_range`: `start`, `end` and `step`, all of them bounded.
 *
 * @throws Refusal for what is not accepted.
 */
export function readRangeRequest(sent: URLSearchParams, catalogue: Catalogue): QueryRequest {
  const { maxRangeMs, minStepMs, maxPoints } = catalogue.limits;
  const start = timeOf('start', required(sent, 'start'));
  const end = timeOf('end', required(sent, 'end'));
  const stepMs = parseStep(required(sent, 'step'));
  if (stepMs === undefined) throw bad('step has to be a duration such as 15s, or seconds');
  if (end < start) throw bad('end is before start');
  if (end - start > maxRangeMs) throw bad(`the range is longer than ${maxRangeMs / 1000} seconds`);
  if (stepMs < minStepMs) throw bad(`step is smaller than ${minStepMs / 1000} seconds`);
  // Both ends are evaluated.
  if (Math.floor((end - start) / stepMs) + 1 > maxPoints)
    throw bad(`more than ${maxPoints} points per series: make the step larger or the range shorter`);
  return {
    expression: readExpression(sent, catalogue, ['start', 'end', 'step']),
    time: { start: seconds(start), end: seconds(end), step: seconds(stepMs) },
  };
}

function readExpression(
  sent: URLSearchParams,
  { queries, allowRawQueries, limits }: Catalogue,
  known: readonly string[],
): ParsedPromql {
  const raw = allowRawQueries ? single(sent, 'query') : undefined;
  if (raw === undefined) return readNamed(sent, queries, known);
  refuseUnknown(sent, [...known, 'query']);
  if (raw.length > limits.maxQueryLength)
    throw bad(`query is longer than ${limits.maxQueryLength} characters`);
  const expression = parsePromql(raw);
  if (expression === undefined) throw bad('query is not PromQL');
  return expression;
}

function readNamed(
  sent: URLSearchParams,
  queries: ReadonlyMap<string, CompiledQuery>,
  known: readonly string[],
): ParsedPromql {
  const query = queries.get(required(sent, 'name'));
  if (query === undefined) throw new Refusal('bad_request', 'name is not a query of this service');
  refuseUnknown(sent, [...known, 'name', ...query.parameters.keys()]);
  const values = new Map<string, readonly string[]>();
  for (const [name, parameter] of query.parameters) {
    const { default: fallback, multiple, expected } = parameter;
    const given = multiple ? [...new Set(sent.getAll(name))] : optional(single(sent, name));
    const taken = given.length > 0 ? given : optional(fallback);
    if (taken.length === 0) throw bad(`${name} is missing: ${expected}`);
    if (!taken.every((value) => parameter.accepts(value))) throw bad(`${name} has to be ${expected}`);
    values.set(name, taken);
  }
  return query.render(values);
}

function refuseUnknown(sent: URLSearchParams, known: readonly string[]): void {
  for (const name of sent.keys())
    if (!known.includes(name)) throw bad(`a parameter is not known here; known are ${known.join(', ')}`);
}

function required(sent: URLSearchParams, name: string): string {
  const value = single(sent, name);
  if (value === undefined) throw bad(`${name} is missing`);
  return value;
}

function single(sent: URLSearchParams, name: string): string | undefined {
  const values = sent.getAll(name);
  if (values.length > 1) throw bad(`${name} is given more than once`);
  return values[0];
}

function optional(value: string | undefined): readonly string[] {
  return value === undefined ? [] : [value];
}

function timeOf(name: string, value: string): number {
  const ms = parseTime(value);
  if (ms === undefined) throw bad(`${name} has to be Unix seconds or an RFC 3339 time`);
  return ms;
}

function seconds(ms: number): string {
  return String(ms / 1000);
}

function bad(message: string): Refusal {
  return new Refusal('bad_request', message);
}
