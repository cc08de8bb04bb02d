/**
 * Whether a path with forward slashes matches a pattern: `*` for what is in one folder, `**` for any folders, `?` for one
 * character. For patterns that are matched against names; files are found by fast-glob.
 */
export function matchesPattern(pattern: string, path: string): boolean {
  return toExpression(pattern).test(path);
}

const expressions = new Map<string, RegExp>();

function toExpression(pattern: string): RegExp {
  let expression = expressions.get(pattern);
  if (expression === undefined) {
    const source = pattern
      .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
      .replaceAll(/\*\*\/|\*\*|\*|\?/g, (part) =>
        part === '**/' ? '(?:.*/)?' : part === '**' ? '.*' : part === '*' ? '[^/]*' : '[^/]',
      );
    expression = new RegExp(`^${source}$`);
    expressions.set(pattern, expression);
  }
  return expression;
}
