import type { QueryParameter } from './parameter.js';
import { nodesNamed, type ParsedPromql, parsePromql, shapeOf } from './promql/parse-promql.js';
import { QueryProxyError } from './query-proxy-error.js';

/** A question that callers may ask by its name. */
export interface NamedQuery {
  /** PromQL with `$parameter` where a parameter's literal stands; a placeholder brings its own quotes. */
  readonly expression: string;
  /** What it answers, for the OpenAPI description. */
  readonly description?: string;
  /** By the names after `$`. */
  readonly parameters?: Readonly<Record<string, QueryParameter>>;
}

/** A named query that was checked. */
export interface CompiledQuery {
  readonly description: string | undefined;
  readonly parameters: ReadonlyMap<string, QueryParameter>;
  /**
   * The expression with these values, which the parameters have accepted.
   *
   * @throws QueryProxyError `QUERY_INVALID` if values changed the expression's structure: nothing is sent then.
   */
  render(values: ReadonlyMap<string, readonly string[]>): ParsedPromql;
}

/** Parameter names with a meaning of their own in a request. */
const RESERVED = new Set(['query', 'name', 'start', 'end', 'step', 'time']);

const PLACEHOLDER = /\$([a-zA-Z_][a-zA-Z0-9_]*)/g;

/** The node of the grammar that a parameter's literal has to be. */
const LITERALS: Record<QueryParameter['kind'], readonly string[]> = {
  string: ['StringLiteral'],
  duration: ['NumberDurationLiteralInDurationContext', 'NumberDurationLiteral'],
  number: ['NumberDurationLiteral', 'NumberDurationLiteralInDurationContext'],
};

/**
 * Checks a named query: it parses, every placeholder is declared, every parameter is used, and each
 * stands where a whole literal stands, so that no value can ever be more than a value.
 *
 * @throws QueryProxyError `QUERY_INVALID`, naming the query and what is wrong with it.
 */
export function compileQuery(name: string, query: NamedQuery): CompiledQuery {
  const invalid = (what: string): QueryProxyError =>
    new QueryProxyError('QUERY_INVALID', `The query ${JSON.stringify(name)} cannot be used: ${what}.`);
  const parameters = new Map(Object.entries(query.parameters ?? {}));
  const placeholders = new Set([...query.expression.matchAll(PLACEHOLDER)].map(([, used = '']) => used));

  for (const used of placeholders)
    if (!parameters.has(used)) throw invalid(`$${used} is not among its parameters`);
  for (const [parameter, declared] of parameters) {
    const { sample, default: fallback, expected } = declared;
    if (RESERVED.has(parameter)) throw invalid(`a parameter cannot be named ${parameter}`);
    if (!placeholders.has(parameter)) throw invalid(`its expression does not use $${parameter}`);
    if (!declared.accepts(sample)) throw invalid(`$${parameter} accepts nothing (${expected})`);
    if (fallback !== undefined && !declared.accepts(fallback))
      throw invalid(`the default of $${parameter} is not ${expected}`);
  }

  const samples = new Map([...parameters].map(([parameter, { sample }]) => [parameter, [sample]]));
  const { text, literals } = fill(query.expression, parameters, samples);
  const parsed = parsePromql(text);
  if (parsed === undefined) throw invalid('its expression is not PromQL');
  for (const { parameter, from, to } of literals) {
    const { kind } = parameters.get(parameter) as QueryParameter;
    const whole = LITERALS[kind]
      .flatMap((node) => nodesNamed(parsed, node))
      .some((node) => node.from === from && node.to === to);
    if (!whole)
      throw invalid(`$${parameter} does not stand where a ${kind} can; a placeholder brings its own quotes`);
  }

  const shape = shapeOf(parsed);
  return {
    description: query.description,
    parameters,
    render(values) {
      const filled = parsePromql(fill(query.expression, parameters, values).text);
      if (filled === undefined || shapeOf(filled) !== shape)
        throw invalid('a value changed the structure of its expression');
      return filled;
    },
  };
}

function fill(
  expression: string,
  parameters: ReadonlyMap<string, QueryParameter>,
  values: ReadonlyMap<string, readonly string[]>,
): { text: string; literals: { parameter: string; from: number; to: number }[] } {
  const literals: { parameter: string; from: number; to: number }[] = [];
  let text = '';
  let copied = 0;
  for (const { 0: placeholder, 1: parameter = '', index } of expression.matchAll(PLACEHOLDER)) {
    text += expression.slice(copied, index);
    const literal = parameters.get(parameter)?.render(values.get(parameter) ?? []) ?? '';
    literals.push({ parameter, from: text.length, to: text.length + literal.length });
    text += literal;
    copied = index + placeholder.length;
  }
  return { text: text + expression.slice(copied), literals };
}
