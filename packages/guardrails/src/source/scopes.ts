import type { CallExpression } from 'oxc-parser';

import { bare, forEachChild, isTypeOnly, keyName, type Node } from './syntax.js';

/** A name in a scope, and every expression that it is ever set to. */
export interface Binding {
  readonly name: string;
  readonly values: BoundValue[];
}

/** An expression, and the member of it that the name receives: `b` for `const { b } = value`. */
export interface BoundValue {
  readonly node: Node;
  /** Where the names in `node` mean something. */
  readonly scope: Scope;
  readonly path: readonly string[];
}

/** One function's or block's names. */
export class Scope {
  readonly parent: Scope | undefined;
  readonly isFunction: boolean;
  readonly #names = new Map<string, Binding>();

  constructor(parent: Scope | undefined, isFunction: boolean) {
    this.parent = parent;
    this.isFunction = isFunction;
  }

  declare(name: string): Binding {
    let binding = this.#names.get(name);
    if (binding === undefined) {
      binding = { name, values: [] };
      this.#names.set(name, binding);
    }
    return binding;
  }

  /** The binding that a name means here; `undefined` for a global. */
  find(name: string): Binding | undefined {
    return this.#names.get(name) ?? this.parent?.find(name);
  }

  /** The scope that a `var` here belongs to. */
  functionScope(): Scope {
    return this.isFunction || this.parent === undefined ? this : this.parent.functionScope();
  }
}

/** The scopes of a file, by the node that opens each. */
export type ScopeTable = ReadonlyMap<Node, Scope>;

/** Finds every name of a file, where it counts, and what it is set to. */
export function readScopes(program: Node): ScopeTable {
  const scopes = new Map<Node, Scope>();
  const assignments: (ScopedNode & { target: Node })[] = [];
  /** Functions that a promise of a module is handed to, and the `import()` that makes it. */
  const receivers = new Map<Node, ScopedNode>();

  const visit = (node: Node, outer: Scope): void => {
    if (isTypeOnly(node)) return;
    let scope = outer;
    switch (node.type) {
      case 'FunctionDeclaration':
        if (node.id) outer.declare(node.id.name);
        scope = open(node, outer, true);
        declareParameters(node, node.params, scope);
        break;
      case 'FunctionExpression':
        scope = open(node, outer, true);
        if (node.id) scope.declare(node.id.name);
        declareParameters(node, node.params, scope);
        break;
      case 'ArrowFunctionExpression':
        scope = open(node, outer, true);
        declareParameters(node, node.params, scope);
        break;
      case 'StaticBlock':
      case 'TSModuleBlock':
        scope = open(node, outer, true);
        break;
      case 'BlockStatement':
      case 'ForStatement':
      case 'ForInStatement':
      case 'ForOfStatement':
      case 'SwitchStatement':
        scope = open(node, outer, false);
        break;
      case 'CatchClause':
        scope = open(node, outer, false);
        if (node.param) declarePattern(node.param, scope);
        break;
      case 'ClassDeclaration':
        if (node.id) outer.declare(node.id.name);
        break;
      case 'ClassExpression':
        if (node.id) {
          scope = open(node, outer, false);
          scope.declare(node.id.name);
        }
        break;
      case 'TSEnumDeclaration':
        outer.declare(node.id.name).values.push({ node, scope: outer, path: [] });
        break;
      case 'TSModuleDeclaration':
        if (node.id.type === 'Identifier') outer.declare(node.id.name);
        break;
      case 'TSImportEqualsDeclaration':
        outer.declare(node.id.name).values.push({ node: node.moduleReference, scope: outer, path: [] });
        break;
      case 'ImportDeclaration':
        for (const specifier of node.specifiers) {
          outer.declare(specifier.local.name).values.push({ node: specifier, scope: outer, path: [] });
        }
        break;
      case 'VariableDeclaration': {
        const target = node.kind === 'var' ? outer.functionScope() : outer;
        for (const { id, init } of node.declarations) {
          declarePattern(id, target, init ? { node: init, scope: outer } : undefined);
        }
        break;
      }
      case 'CallExpression': {
        const promise = promisedModule(node);
        const [receiver] = node.arguments;
        if (promise && receiver) receivers.set(receiver, { node: promise, scope: outer });
        break;
      }
      case 'AssignmentExpression':
        assignments.push({ scope: outer, target: node.left, node: node.right });
        break;
      case 'UpdateExpression':
        assignments.push({ scope: outer, target: node.argument, node });
        break;
      default:
    }
    forEachChild(node, (child) => visit(child, scope));
  };

  const declareParameters = (node: Node, params: readonly Node[], scope: Scope): void => {
    for (const [index, param] of params.entries()) {
      const pattern = param.type === 'TSParameterProperty' ? param.parameter : param;
      declarePattern(pattern, scope, index === 0 ? receivers.get(node) : undefined);
    }
  };

  const open = (node: Node, parent: Scope | undefined, isFunction: boolean): Scope => {
    const scope = new Scope(parent, isFunction);
    scopes.set(node, scope);
    return scope;
  };

  const root = open(program, undefined, true);
  forEachChild(program, (child) => visit(child, root));
  // After all declarations: a function may set what is declared below it.
  for (const { target, ...value } of assignments) assign(target, value);
  return scopes;
}

/** The `import(…)` of `import(…).then(…)`. */
function promisedModule({ callee }: CallExpression): Node | undefined {
  if (callee.type !== 'MemberExpression' || keyName(callee.property, callee.computed) !== 'then')
    return undefined;
  const object = bare(callee.object);
  return object.type === 'ImportExpression' ? object : undefined;
}

type ScopedNode = Pick<BoundValue, 'node' | 'scope'>;

function declarePattern(pattern: Node, scope: Scope, value?: ScopedNode): void {
  forEachName(pattern, [], (name, path) => {
    const binding = scope.declare(name);
    if (value !== undefined && path !== undefined) binding.values.push({ ...value, path });
  });
}

function assign(target: Node, value: ScopedNode): void {
  forEachName(target, [], (name, path) => {
    const binding = value.scope.find(name);
    // What is not known is kept too: a name that is set twice has no one value.
    binding?.values.push({ ...value, path: path ?? ['?'] });
  });
}

/** Calls a function with each name that a pattern sets, and the member of the value that it receives if that is known. */
export function forEachName(
  pattern: Node,
  path: readonly string[] | undefined,
  visit: (name: string, path: readonly string[] | undefined) => void,
): void {
  switch (pattern.type) {
    case 'Identifier':
      visit(pattern.name, path);
      break;
    case 'AssignmentPattern':
      forEachName(pattern.left, path, visit);
      break;
    case 'RestElement':
      forEachName(pattern.argument, path, visit);
      break;
    case 'ArrayPattern':
      for (const element of pattern.elements) if (element) forEachName(element, undefined, visit);
      break;
    case 'ObjectPattern':
      for (const property of pattern.properties) {
        if (property.type === 'RestElement') {
          forEachName(property.argument, path, visit);
          continue;
        }
        const key = keyName(property.key, property.computed);
        forEachName(property.value, path && key !== undefined ? [...path, key] : undefined, visit);
      }
      break;
    default:
  }
}
