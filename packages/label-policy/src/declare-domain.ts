import type { CheckedValue, LabelDomain } from './label-domain.js';
import { compilePattern } from './linear-pattern.js';
import { LabelPolicyError } from './policy-error.js';
import { makeRouteTable } from './route-table.js';

/**
 * The listed values.
 *
 * @throws {@link LabelPolicyError} where there is none.
 */
export function oneOf<const V extends string>(...values: readonly V[]): LabelDomain<V> {
  if (values.length === 0) throw new LabelPolicyError(['oneOf() has no values; expected at least one']);
  const wrong = values.findIndex((value) => typeof value !== 'string');
  if (wrong !== -1)
    throw new LabelPolicyError([`oneOf() has a value at position ${wrong} that is no string`]);
  return { kind: 'values', values: new Set(values) };
}

/** `true` and `false`. */
export function boolean(): LabelDomain<'true' | 'false'> {
  return oneOf('true', 'false');
}

/** The class of an HTTP status: `1xx` to `5xx`. {@link statusClassOf} gives it. */
export function statusClass(): LabelDomain<StatusClass> {
  return oneOf('1xx', '2xx', '3xx', '4xx', '5xx');
}

/** A class of HTTP status codes. */
export type StatusClass = '1xx' | '2xx' | '3xx' | '4xx' | '5xx';

/** The class of an HTTP status code; what is none (0 of an aborted request, 999 of a crawler) counts as `5xx`. */
export function statusClassOf(status: number): StatusClass {
  if (status >= 100 && status < 200) return '1xx';
  if (status >= 200 && status < 300) return '2xx';
  if (status >= 300 && status < 400) return '3xx';
  return status >= 400 && status < 500 ? '4xx' : '5xx';
}

/**
 * Templates of routes: `/users/:id/orders`, `/users/{id}`, and `*` as the last segment for whatever is left. A
 * literal segment is preferred to a parameter, a parameter to `*`. The policy turns paths into them.
 *
 * @throws {@link LabelPolicyError} where a template is no path, or two match the same paths.
 */
export function routes<const V extends string>(...templates: readonly V[]): LabelDomain<V> {
  const table = makeRouteTable(templates);
  if ('problems' in table) throw new LabelPolicyError(table.problems);
  return { kind: 'routes', table };
}

/** What {@link bounded} takes. */
export interface BoundedValues {
  /** What a value looks like as a whole. Literals, classes, groups, `|` and quantifiers; see the README. */
  readonly pattern: RegExp;
  /** How many different values one metric may have in one process; further ones are violations. */
  readonly maxDistinct: number;
}

/**
 * Values of one form, and so many of them at most: names of queues that the deployment chooses, say. The pattern is
 * run by an automaton, in time linear in the value's length, and matches whole values.
 *
 * @throws {@link LabelPolicyError} where the pattern needs more than an automaton, or the bound is no positive whole
 *   number.
 */
export function bounded({ pattern, maxDistinct }: BoundedValues): LabelDomain<CheckedValue> {
  const problems: string[] = [];
  if (!Number.isSafeInteger(maxDistinct) || maxDistinct < 1) {
    problems.push(`bounded() has maxDistinct ${String(maxDistinct)}; expected a whole number from 1`);
  }
  const compiled = compilePattern(pattern);
  if ('problem' in compiled) problems.push(`bounded() has a pattern that ${compiled.problem}`);
  if ('problem' in compiled || problems.length > 0) throw new LabelPolicyError(problems);
  return { kind: 'bounded', pattern: compiled, maxDistinct };
}
