import type { EdgeKind } from './module-facts.js';
import { staticValue } from './static-value.js';
import type { Scope } from './scopes.js';
import { bare, keyName, literalText, type Node } from './syntax.js';

/** An expression that takes a module. */
export interface ModuleRequest {
  readonly kind: EdgeKind;
  /** `undefined` where only running shows it. */
  readonly specifier: string | undefined;
  /** The specifier has a `*` in the place of what is not known. */
  readonly isPattern: boolean;
}

/** Compilers' functions that give a module back as it is, or nearly. */
const INTEROP = /^(?:__importStar|__importDefault|__toESM|__toCommonJS|_?_?interop\w*|_interopRequire\w*)$/i;

/** The module that an expression takes, if it takes one. */
export function moduleRequest(node: Node, scope: Scope): ModuleRequest | undefined {
  switch (node.type) {
    case 'ImportExpression':
      return request('dynamic-import', node.source, scope);
    case 'TSExternalModuleReference':
      return request('require', node.expression, scope);
    case 'CallExpression':
      return isRequire(node.callee, scope) ? request('require', node.arguments[0], scope) : undefined;
    case 'NewExpression':
      return isNamed(node.callee, 'Worker') ? threadRequest(node.arguments[0], scope) : undefined;
    default:
      return undefined;
  }
}

/** The argument of `__importStar(…)` and its like; `undefined` for any other call. */
export function interopArgument(node: Node): Node | undefined {
  if (node.type !== 'CallExpression') return undefined;
  const { callee } = node;
  const name =
    callee.type === 'Identifier'
      ? callee.name
      : callee.type === 'MemberExpression'
        ? keyName(callee.property, callee.computed)
        : callee.type === 'SequenceExpression'
          ? // `(0, tslib_1.__importStar)(…)`
            lastName(callee)
          : undefined;
  return name !== undefined && INTEROP.test(name) ? node.arguments[0] : undefined;
}

function lastName(node: Node): string | undefined {
  const last = bare(node);
  return last.type === 'MemberExpression' ? keyName(last.property, last.computed) : undefined;
}

/** `require`, `module.require`, `process.getBuiltinModule`, what `createRequire` gave, esbuild's `__require`. */
function isRequire(node: Node, scope: Scope): boolean {
  const callee = bare(node);
  switch (callee.type) {
    case 'Identifier':
      return (
        callee.name === 'require' ||
        callee.name === '__require' ||
        (scope.find(callee.name)?.values ?? []).some((value) => isMadeRequire(bare(value.node)))
      );
    case 'MemberExpression': {
      const name = keyName(callee.property, callee.computed);
      return name === 'getBuiltinModule' || (name === 'require' && isNamed(callee.object, 'module'));
    }
    case 'CallExpression':
      return isMadeRequire(callee);
    default:
      return false;
  }
}

function isMadeRequire(node: Node): boolean {
  return node.type === 'CallExpression' && isNamed(node.callee, 'createRequire');
}

/** Whether a function or class is known by this name, alone or as a member. */
function isNamed(node: Node, name: string): boolean {
  const callee = bare(node);
  if (callee.type === 'Identifier') return callee.name === name;
  return callee.type === 'MemberExpression' && keyName(callee.property, callee.computed) === name;
}

function request(kind: EdgeKind, argument: Node | undefined, scope: Scope): ModuleRequest {
  const value = staticValue(argument, scope);
  if (value.kind === 'text') return { kind, specifier: value.text, isPattern: false };
  const pattern = argument === undefined ? undefined : patternOf(bare(argument));
  return { kind, specifier: pattern, isPattern: pattern !== undefined };
}

/** `./tasks/*.js` for `./tasks/${name}.js` and for `'./tasks/' + name + '.js'`; only inside the file's own folders. */
function patternOf(node: Node): string | undefined {
  const text = withStars(node);
  return text !== undefined && /^\.\.?\/[^*]*\/?\*/.test(text) ? text.replaceAll(/\*+/g, '*') : undefined;
}

function withStars(node: Node): string | undefined {
  if (node.type === 'TemplateLiteral') return node.quasis.map(({ value }) => value.cooked ?? '').join('*');
  if (node.type === 'BinaryExpression' && node.operator === '+') {
    return `${withStars(bare(node.left)) ?? '*'}${withStars(bare(node.right)) ?? '*'}`;
  }
  return literalText(node);
}

/** `new Worker(new URL('./thread.js', import.meta.url))`, or a relative path. */
function threadRequest(argument: Node | undefined, scope: Scope): ModuleRequest | undefined {
  const target = argument && bare(argument);
  if (target?.type === 'NewExpression' && isNamed(target.callee, 'URL')) {
    const value = staticValue(target.arguments[0], scope);
    return value.kind === 'text' ? { kind: 'thread', specifier: value.text, isPattern: false } : undefined;
  }
  const value = staticValue(target, scope);
  // A bare name is a queue's, for the `Worker` of a job library.
  return value.kind === 'text' && /^\.\.?\//.test(value.text)
    ? { kind: 'thread', specifier: value.text, isPattern: false }
    : undefined;
}
