import { nodesNamed, type ParsedPromql } from './parse-promql.js';
import { alternation, isWellFormed, quoteString } from './quote.js';

/** What every selector of a caller's query has to match. */
export interface EnforcedMatcher {
  /** The label's name, `[a-zA-Z_][a-zA-Z0-9_]*`. */
  readonly name: string;
  /** The values that this caller may see: at least one, none empty (an empty value would match series without the label). */
  readonly values: readonly [string, ...string[]];
}

const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Whether a matcher can be enforced at all; what cannot must refuse the request. */
export function isEnforceable({ name, values }: EnforcedMatcher): boolean {
  return (
    LABEL_NAME.test(name) && values.length > 0 && values.every((value) => value !== '' && isWellFormed(value))
  );
}

/**
 * Adds the matchers to every selector of an expression. Matchers are joined by "and", so whatever the expression
 * asks of the same labels can only narrow what it sees.
 *
 * @returns undefined where the expression reads series that no selector of it names (`info()` joins
 *   `target_info` on its own).
 */
export function enforceMatchers(
  expression: ParsedPromql,
  matchers: readonly EnforcedMatcher[],
): string | undefined {
  if (matchers.length === 0) return expression.text;
  if (nodesNamed(expression, 'Info').length > 0) return undefined;
  const added = matchers.map(writeMatcher).join(',');
  let enforced = '';
  let copied = 0;
  for (const selector of nodesNamed(expression, 'VectorSelector')) {
    const braces = selector.getChild('LabelMatchers');
    const at = braces === null ? selector.to : braces.from + 1;
    const insertion = braces === null ? `{${added}}` : braces.firstChild === null ? added : `${added},`;
    enforced += expression.text.slice(copied, at) + insertion;
    copied = at;
  }
  return enforced + expression.text.slice(copied);
}

function writeMatcher({ name, values }: EnforcedMatcher): string {
  return values.length === 1
    ? `${name}=${quoteString(values[0])}`
    : `${name}=~${quoteString(alternation(values))}`;
}
