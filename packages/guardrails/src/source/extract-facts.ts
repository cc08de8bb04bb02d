import { FactsDraft } from './facts-draft.js';
import { LineTable } from './line-table.js';
import { type ModuleFacts, NO_FACTS } from './module-facts.js';
import { readMetricDeclaration } from './metric-declaration.js';
import { ModuleOrigins } from './module-origins.js';
import { openFlags } from './open-flags.js';
import { forEachName, readScopes, type Scope } from './scopes.js';
import { bare, forEachChild, isTypeOnly, keyName, type Node, parseSource } from './syntax.js';

/** What becomes of a value at the place where it stands. */
type Fate =
  /** Called, constructed or extended; for a call with what. */
  | { readonly kind: 'called'; readonly args: readonly Node[] }
  /** Given a name in this file, whose uses are seen. */
  | { readonly kind: 'named' }
  /** Looked at only: compared, tested. */
  | { readonly kind: 'looked-at' }
  | { readonly kind: 'exported'; readonly name: string }
  | { readonly kind: 'passed-on' };

const NAMED: Fate = { kind: 'named' };
const LOOKED_AT: Fate = { kind: 'looked-at' };
const PASSED_ON: Fate = { kind: 'passed-on' };

/** A file without any of these words takes no module, declares no metric and listens nowhere. */
const RELEVANT = /import|export|require|getBuiltinModule|Bun|Deno|\\u/;

/** Globals' members that listen. */
const LISTENING_GLOBALS = new Set(['Bun.serve', 'Bun.listen', 'Bun.udpSocket', 'Deno.serve', 'Deno.listen']);

/**
 * Reads one file's facts. Pure: equal text under an equal ending gives equal facts; never throws on foreign text.
 *
 * @param path - Only its ending matters.
 */
export function extractFacts(path: string, text: string): ModuleFacts {
  if (!RELEVANT.test(text)) return NO_FACTS;
  try {
    return readFacts(path, text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // Sums of ten thousand terms are trees of ten thousand levels.
    return { ...NO_FACTS, problem: { message: 'it is nested too deeply', line: 1, column: 1 } };
  }
}

function readFacts(path: string, text: string): ModuleFacts {
  const { program, problem } = parseSource(path, text);
  const lines = new LineTable(text);
  const isTypeScript = /\.[cm]?tsx?$/.test(path);
  const reader = new FactsReader(program, (offset) => lines.placeOf(offset));
  return {
    ...reader.read(isTypeScript),
    ...(problem && { problem: { message: problem.message, ...lines.placeOf(problem.offset) } }),
  };
}

class FactsReader {
  readonly #program: Node;
  readonly #scopes: ReadonlyMap<Node, Scope>;
  readonly #origins: ModuleOrigins;
  readonly #draft: FactsDraft;

  constructor(program: Node, placeOf: (offset: number) => { line: number; column: number }) {
    this.#program = program;
    this.#scopes = readScopes(program);
    this.#origins = new ModuleOrigins(placeOf);
    this.#draft = new FactsDraft(this.#origins.edges, placeOf);
  }

  read(isTypeScript: boolean): ModuleFacts {
    const scope = this.#scopes.get(this.#program);
    if (scope === undefined) return NO_FACTS;
    // Imports first: they count in the whole file, wherever they stand.
    forEachChild(this.#program, (node) => {
      if (node.type === 'ImportDeclaration') this.#readImport(node);
    });
    forEachChild(this.#program, (node) => this.#visit(node, scope, LOOKED_AT));
    return this.#draft.finish(isTypeScript);
  }

  #readImport(node: Extract<Node, { type: 'ImportDeclaration' }>): void {
    if (node.importKind === 'type') return;
    const edge = this.#origins.addDeclaration(node, 'import', node.source.value);
    // `import 'x'`, `import {} from 'x'`, and `import { type T } from 'x'`, of which compilers may leave `import 'x'`.
    const names = node.specifiers.filter(
      (item) => item.type !== 'ImportSpecifier' || item.importKind !== 'type',
    );
    if (names.length === 0) this.#draft.keep(edge);
    for (const specifier of names) {
      const path =
        specifier.type === 'ImportSpecifier'
          ? [moduleName(specifier.imported)]
          : specifier.type === 'ImportDefaultSpecifier'
            ? ['default']
            : [];
      this.#origins.addImportedName(specifier, edge, path);
    }
  }

  #visit(node: Node, outer: Scope, fate: Fate): void {
    if (isTypeOnly(node)) return;
    const scope = this.#scopes.get(node) ?? outer;
    switch (node.type) {
      case 'ImportDeclaration':
        return;
      case 'TSImportEqualsDeclaration':
        if (node.importKind !== 'type') this.#origins.of(node.moduleReference, scope);
        return;
      case 'ExportAllDeclaration':
        if (node.exportKind !== 'type') {
          const edge = this.#origins.addDeclaration(node, 'export', node.source.value);
          this.#draft.keep(edge);
          this.#draft.addExport(node.exported ? moduleName(node.exported) : '*', { edge, path: [] });
        }
        return;
      case 'ExportNamedDeclaration':
        this.#visitExport(node, scope);
        return;
      case 'ExportDefaultDeclaration':
        this.#visit(node.declaration, scope, { kind: 'exported', name: 'default' });
        return;
      case 'TSExportAssignment':
        this.#visit(node.expression, scope, { kind: 'exported', name: '*' });
        return;
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        for (const param of node.params) this.#visitPattern(param, scope);
        if (node.body) this.#visit(node.body, scope, PASSED_ON);
        return;
      case 'CatchClause':
        this.#visit(node.body, scope, LOOKED_AT);
        return;
      case 'ExpressionStatement':
        this.#visit(node.expression, scope, LOOKED_AT);
        return;
      case 'VariableDeclarator':
        this.#visitDeclarator(node, scope, undefined);
        return;
      case 'AssignmentExpression':
        this.#visitAssignment(node, scope);
        return;
      case 'ClassDeclaration':
      case 'ClassExpression':
        forEachChild(node, (child) =>
          this.#visit(child, scope, child === node.superClass ? { kind: 'called', args: [] } : PASSED_ON),
        );
        return;
      case 'BinaryExpression':
        this.#visit(node.left, scope, LOOKED_AT);
        this.#visit(node.right, scope, LOOKED_AT);
        return;
      case 'UnaryExpression':
        this.#visit(node.argument, scope, LOOKED_AT);
        return;
      case 'ObjectExpression':
        if (fate.kind === 'exported') this.#visitExportedObject(node, scope);
        else forEachChild(node, (child) => this.#visit(child, scope, PASSED_ON));
        return;
      case 'Property':
      case 'MethodDefinition':
      case 'PropertyDefinition':
      case 'AccessorProperty':
        if (node.computed) this.#visit(node.key, scope, LOOKED_AT);
        if (node.value) this.#visit(node.value, scope, PASSED_ON);
        return;
      case 'LabeledStatement':
        this.#visit(node.body, scope, LOOKED_AT);
        return;
      case 'BreakStatement':
      case 'ContinueStatement':
      case 'MetaProperty':
        return;
      case 'LogicalExpression':
        // `http && http.maxHeaderSize` gives the left side on only where it is nothing.
        this.#visit(node.left, scope, node.operator === '&&' ? LOOKED_AT : fate);
        this.#visit(node.right, scope, fate);
        return;
      case 'ConditionalExpression':
        this.#visit(node.test, scope, LOOKED_AT);
        this.#visit(node.consequent, scope, fate);
        this.#visit(node.alternate, scope, fate);
        return;
      case 'IfStatement':
        this.#visit(node.test, scope, LOOKED_AT);
        this.#visit(node.consequent, scope, LOOKED_AT);
        if (node.alternate) this.#visit(node.alternate, scope, LOOKED_AT);
        return;
      case 'NewExpression':
        this.#visitNew(node, scope);
        return;
      case 'JSXIdentifier':
        for (const { edge } of this.#origins.of({ ...node, type: 'Identifier' } as unknown as Node, scope)) {
          this.#draft.keep(edge);
        }
        return;
      default:
        this.#visitExpression(node, scope, fate);
    }
  }

  /** Anything whose value may be a module or part of one. */
  #visitExpression(expression: Node, scope: Scope, fate: Fate): void {
    const node = bare(expression);
    if (node !== expression) {
      if (expression.type === 'SequenceExpression') {
        for (const part of expression.expressions.slice(0, -1)) this.#visit(part, scope, LOOKED_AT);
      }
      this.#visit(node, scope, fate);
      return;
    }
    if (this.#origins.requested(node, scope) === 'unknown' && node.type !== 'Identifier') {
      this.#draft.addUnknownImport(node);
    }
    const origins = this.#origins.of(node, scope);
    if (origins.length > 0) {
      this.#record(node, origins, fate, scope);
      this.#visitInside(node, scope);
      return;
    }
    switch (node.type) {
      case 'CallExpression':
        this.#visit(node.callee, scope, { kind: 'called', args: node.arguments });
        for (const [index, argument] of node.arguments.entries()) {
          // `connect.bind(net)`: the module is only what `this` will be.
          this.#visit(argument, scope, index === 0 && givesThis(node.callee) ? LOOKED_AT : PASSED_ON);
        }
        return;
      case 'MemberExpression': {
        this.#noteMember(node, scope);
        // `module[name]`: which member, only running shows.
        this.#visit(node.object, scope, node.computed ? PASSED_ON : LOOKED_AT);
        if (node.computed) this.#visit(node.property, scope, LOOKED_AT);
        return;
      }
      case 'AwaitExpression':
        this.#visit(node.argument, scope, fate);
        return;
      case 'Identifier':
        return;
      default:
        forEachChild(node, (child) => this.#visit(child, scope, PASSED_ON));
    }
  }

  /** What stands inside of an expression that is a module: arguments, computed members. */
  #visitInside(node: Node, scope: Scope): void {
    forEachChild(node, (child) => {
      if (child.type === 'Identifier' || child.type === 'Literal') return;
      if (this.#origins.of(child, scope).length > 0) this.#visitInside(child, scope);
      else this.#visit(child, scope, LOOKED_AT);
    });
  }

  #record(node: Node, origins: ReturnType<ModuleOrigins['of']>, fate: Fate, scope: Scope): void {
    for (const origin of origins) {
      this.#draft.keep(origin.edge);
      switch (fate.kind) {
        case 'looked-at':
          break;
        case 'named':
          if (origin.path.length > 0) this.#draft.addUse(origin, node);
          break;
        case 'exported':
          this.#draft.addExport(fate.name, origin);
          if (origin.path.length > 0) this.#draft.addUse(origin, node);
          break;
        case 'called': {
          const opens = /^open(?:Sync)?$/.test(origin.path.at(-1) ?? '') && openFlags(fate.args[1], scope);
          this.#draft.addUse(origin, node, opens ? { opens } : {});
          break;
        }
        case 'passed-on':
          this.#draft.addUse(origin, node, { escapes: true });
          break;
        default:
          fate satisfies never;
      }
    }
  }

  #visitDeclarator(
    { id, init }: Extract<Node, { type: 'VariableDeclarator' }>,
    scope: Scope,
    exportedAs: 'own-names' | undefined,
  ): void {
    this.#visitPattern(id, scope);
    if (init === null) return;
    const origins = this.#origins.of(init, scope);
    if (exportedAs !== undefined && id.type === 'Identifier') {
      this.#visit(init, scope, { kind: 'exported', name: id.name });
    } else {
      this.#visit(init, scope, NAMED);
      this.#recordNames(id, origins, exportedAs !== undefined);
    }
  }

  /** `const { createServer } = http` mentions a member as `http.createServer` does. */
  #recordNames(pattern: Node, origins: ReturnType<ModuleOrigins['of']>, isExported: boolean): void {
    if (origins.length === 0 || pattern.type === 'Identifier') return;
    forEachName(pattern, [], (name, path) => {
      for (const { edge, path: from } of origins) {
        const origin = { edge, path: [...from, ...(path ?? [])] };
        if (origin.path.length > 0) this.#draft.addUse(origin, pattern);
        if (isExported) this.#draft.addExport(name, origin);
      }
    });
  }

  #visitAssignment({ left, right }: Extract<Node, { type: 'AssignmentExpression' }>, scope: Scope): void {
    if (left.type === 'Identifier' && scope.find(left.name) !== undefined) {
      this.#visit(right, scope, NAMED);
      return;
    }
    if (left.type === 'ObjectPattern' || left.type === 'ArrayPattern') {
      this.#visitPattern(left, scope);
      this.#recordNames(left, this.#origins.of(right, scope), false);
      this.#visit(right, scope, NAMED);
      return;
    }
    const name = commonJsExport(left, scope);
    this.#visit(right, scope, name === undefined ? PASSED_ON : { kind: 'exported', name });
    if (name === undefined) this.#visit(left, scope, LOOKED_AT);
  }

  #visitExport(node: Extract<Node, { type: 'ExportNamedDeclaration' }>, scope: Scope): void {
    if (node.exportKind === 'type') return;
    if (node.source !== null) {
      const names = node.specifiers.filter(({ exportKind }) => exportKind !== 'type');
      const edge = this.#origins.addDeclaration(node, 'export', node.source.value);
      this.#draft.keep(edge);
      for (const { local, exported } of names) {
        const origin = { edge, path: [moduleName(local)] };
        this.#draft.addExport(moduleName(exported), origin);
        this.#draft.addUse(origin, node);
      }
      return;
    }
    const { declaration } = node;
    if (declaration?.type === 'VariableDeclaration') {
      for (const declarator of declaration.declarations)
        this.#visitDeclarator(declarator, scope, 'own-names');
    } else if (declaration !== null) {
      this.#visit(declaration, scope, PASSED_ON);
    }
    for (const { local, exported, exportKind } of node.specifiers) {
      if (exportKind === 'type') continue;
      const origins = this.#origins.of(local, scope);
      this.#record(local, origins, { kind: 'exported', name: moduleName(exported) }, scope);
    }
  }

  /** A pattern's own expressions: defaults and computed keys. The names in it are no uses. */
  #visitPattern(pattern: Node, scope: Scope): void {
    switch (pattern.type) {
      case 'AssignmentPattern':
        this.#visitPattern(pattern.left, scope);
        this.#visit(pattern.right, scope, PASSED_ON);
        return;
      case 'Property':
        if (pattern.computed) this.#visit(pattern.key, scope, LOOKED_AT);
        this.#visitPattern(pattern.value, scope);
        return;
      case 'Identifier':
        return;
      case 'TSParameterProperty':
        this.#visitPattern(pattern.parameter, scope);
        return;
      case 'ObjectPattern':
      case 'ArrayPattern':
      case 'RestElement':
        forEachChild(pattern, (child) => this.#visitPattern(child, scope));
        return;
      default:
        this.#visit(pattern, scope, LOOKED_AT);
    }
  }

  /** `module.exports = { http, create: http.createServer, ...net }` */
  #visitExportedObject(node: Extract<Node, { type: 'ObjectExpression' }>, scope: Scope): void {
    for (const property of node.properties) {
      if (property.type === 'SpreadElement') {
        this.#visit(property.argument, scope, { kind: 'exported', name: '*' });
        continue;
      }
      const name = keyName(property.key, property.computed);
      if (property.computed) this.#visit(property.key, scope, LOOKED_AT);
      this.#visit(property.value, scope, name === undefined ? PASSED_ON : { kind: 'exported', name });
    }
  }

  #visitNew(node: Extract<Node, { type: 'NewExpression' }>, scope: Scope): void {
    const thread = this.#origins.requested(node, scope);
    if (thread === 'unknown') this.#draft.addUnknownImport(node);
    else if (thread !== undefined) this.#draft.keep(thread);
    for (const origin of this.#origins.of(node.callee, scope)) {
      const declaration = readMetricDeclaration(origin.path, node, scope, (at) => this.#draft.placeOf(at));
      if (declaration !== undefined) this.#draft.addMetric(origin.edge, declaration);
    }
    this.#visit(node.callee, scope, { kind: 'called', args: node.arguments });
    for (const argument of node.arguments) this.#visit(argument, scope, PASSED_ON);
  }

  /** Servers without an import, and `createServer` of a value whose module was lost from sight. */
  #noteMember(node: Extract<Node, { type: 'MemberExpression' }>, scope: Scope): void {
    const name = keyName(node.property, node.computed);
    if (name === undefined) return;
    const { object } = node;
    if (object.type === 'Identifier' && scope.find(object.name) === undefined) {
      const global = `${object.name}.${name}`;
      if (LISTENING_GLOBALS.has(global)) this.#draft.addGlobal(global, node);
    }
    if (name === 'createServer' || name === 'createSecureServer') this.#draft.addGlobal(`?.${name}`, node);
  }
}

function givesThis(callee: Node): boolean {
  const name = callee.type === 'MemberExpression' ? keyName(callee.property, callee.computed) : undefined;
  return name === 'bind' || name === 'call' || name === 'apply';
}

function moduleName(node: Node): string {
  if (node.type === 'Identifier') return node.name;
  return node.type === 'Literal' ? String(node.value) : '';
}

/** `*` for `module.exports`, `name` for `exports.name`; undefined for any other target. */
function commonJsExport(target: Node, scope: Scope): string | undefined {
  if (target.type !== 'MemberExpression') return undefined;
  const name = keyName(target.property, target.computed);
  const { object } = target;
  const isGlobal = (node: Node, global: string): boolean =>
    node.type === 'Identifier' && node.name === global && scope.find(global) === undefined;
  if (name === 'exports' && isGlobal(object, 'module')) return '*';
  if (isGlobal(object, 'exports')) return name;
  const isModuleExports =
    object.type === 'MemberExpression' &&
    keyName(object.property, object.computed) === 'exports' &&
    isGlobal(object.object, 'module');
  return isModuleExports ? name : undefined;
}
