import { type Node, type ParserOptions, parseSync, type Program, visitorKeys } from 'oxc-parser';

export type { Node } from 'oxc-parser';

/** A parsed file; a tree is there after a syntax error too, up to the error. */
export interface ParsedSource {
  readonly program: Program;
  readonly problem: { readonly message: string; readonly offset: number } | undefined;
}

type Attempt = Pick<ParserOptions, 'lang' | 'sourceType'>;

/**
 * Parses JavaScript or TypeScript by the ending of its name.
 *
 * `.js` is tried as what it says of itself, then as CommonJS (which may `return` at top level).
 */
export function parseSource(path: string, text: string): ParsedSource {
  let first: ParsedSource | undefined;
  for (const attempt of attemptsFor(path)) {
    const { program, errors } = parseSync(path, text, { ...attempt, preserveParens: false });
    const error = errors.find(({ severity }: { severity: string }) => severity === 'Error');
    const problem = error && { message: error.message, offset: error.labels[0]?.start ?? 0 };
    const parsed = { program, problem };
    if (problem === undefined) return parsed;
    first ??= parsed;
  }
  if (first === undefined) throw new TypeError('Expected at least one way to parse.');
  return first;
}

function attemptsFor(path: string): readonly Attempt[] {
  const [, before = '', letters = ''] = /\.([cm]?)([jt]sx?)$/.exec(path) ?? [];
  // JSX is understood in `.js` too, as bundlers do.
  const lang = letters === 'ts' ? 'ts' : letters === 'tsx' ? 'tsx' : 'jsx';
  if (before === 'm') return [{ lang, sourceType: 'module' }];
  if (before === 'c') return [{ lang, sourceType: 'commonjs' }];
  if (lang === 'ts' || lang === 'tsx') return [{ lang, sourceType: 'module' }];
  return [
    { lang, sourceType: 'unambiguous' },
    { lang, sourceType: 'commonjs' },
  ];
}

/** Calls a function with each child of a node, in the order of the text. */
export function forEachChild(node: Node, visit: (child: Node) => void): void {
  const fields = node as unknown as Readonly<Record<string, unknown>>;
  for (const key of visitorKeys[node.type] ?? []) {
    const value = fields[key];
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) visit(item);
    } else if (isNode(value)) {
      visit(value);
    }
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value;
}

/** Whether a node is about types alone, of which nothing is left at run time. */
export function isTypeOnly(node: Node): boolean {
  switch (node.type) {
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
    case 'TSInstantiationExpression':
    case 'TSEnumDeclaration':
    case 'TSEnumBody':
    case 'TSEnumMember':
    case 'TSModuleDeclaration':
    case 'TSModuleBlock':
    case 'TSImportEqualsDeclaration':
    case 'TSExternalModuleReference':
    case 'TSExportAssignment':
    case 'TSParameterProperty':
      return false;
    default:
      return node.type.startsWith('TS');
  }
}

/** The text of a string literal, or of a template without holes. */
export function literalText(node: Node | null | undefined): string | undefined {
  if (node?.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node?.type === 'TemplateLiteral' && node.expressions.length === 0) {
    return node.quasis[0]?.value.cooked ?? undefined;
  }
  return undefined;
}

/** The name that a property or member is known by, where it is not computed. */
export function keyName(key: Node, computed: boolean): string | undefined {
  if (!computed && key.type === 'Identifier') return key.name;
  return literalText(key);
}

/** An expression without what leaves its value as it is: types, parentheses, optional chains. */
export function bare(node: Node): Node {
  for (let at = node; ;) {
    switch (at.type) {
      case 'ChainExpression':
      case 'ParenthesizedExpression':
      case 'TSAsExpression':
      case 'TSNonNullExpression':
      case 'TSSatisfiesExpression':
      case 'TSTypeAssertion':
      case 'TSInstantiationExpression':
        at = at.expression;
        break;
      case 'SequenceExpression': {
        // `(0, http.createServer)(…)`
        const last = at.expressions.at(-1);
        if (last === undefined) return at;
        at = last;
        break;
      }
      default:
        return at;
    }
  }
}
