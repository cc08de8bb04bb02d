import { isBuiltin } from 'node:module';

import ts from 'typescript';

import { OPENING_NAMES, READING_NAMES, type PackageRules } from './package-rules.js';

export interface SourceFile {
  /** Path inside the package, with forward slashes: `src/read-shard.ts`. */
  readonly path: string;
  readonly text: string;
}

const FILE_SYSTEM_MODULES = new Set(['fs', 'fs/promises', 'node:fs', 'node:fs/promises']);
const READING_FLAG = String.raw`(?:\w+\.)*O_(?:RDONLY|NOFOLLOW|DIRECTORY|NONBLOCK|NOATIME)`;
const READING_FLAGS = new RegExp(String.raw`^(?:'rs?'|${READING_FLAG}(?:\s*\|\s*${READING_FLAG})*)$`);

/**
 * Checks one source file against the rules of its package. Each violation is one line that starts with
 * `path:line`.
 */
export function findViolations(rules: PackageRules, file: SourceFile): string[] {
  const source = ts.createSourceFile(file.path, file.text, ts.ScriptTarget.Latest, true);
  const violations: string[] = [];
  /** Local names of `open` and `openSync`. */
  const openers = new Set<string>();
  const constants = constantsOf(source);
  /** Local names of the whole of `node:fs`. */
  const wholes = new Map<string, string>();
  const mayChangeFiles = rules.changesFiles === file.path;

  const report = (node: ts.Node, message: string): void => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
    violations.push(`${file.path}:${line + 1} ${message}`);
  };

  const checkModule = (node: ts.Node, specifier: string): void => {
    if (specifier.startsWith('./') || specifier.startsWith('../')) return;
    if (isBuiltin(specifier)) {
      if (!rules.node && rules.nodeFile !== file.path)
        report(node, `imports ${specifier}, in a package that imports nothing`);
      return;
    }
    const ours = /^@promshard\/(([^/]+).*)/.exec(specifier);
    const allowed =
      ours === null
        ? rules.others.includes(specifier)
        : ours.slice(1).some((name) => rules.ours.includes(name));
    if (!allowed) report(node, `imports ${specifier}`);
  };

  const checkName = (node: ts.Node, name: string, specifier: string): void => {
    if (!READING_NAMES.has(name)) report(node, `imports ${name} of ${specifier}`);
  };

  const checkNames = (node: ts.ImportDeclaration | ts.ExportDeclaration, specifier: string): void => {
    for (const { name, local } of namesOf(node)) {
      if (!FILE_SYSTEM_MODULES.has(specifier) || mayChangeFiles) continue;
      if (OPENING_NAMES.has(name)) openers.add(local);
      else if (ts.isImportDeclaration(node) && (name === '*' || name === 'default'))
        wholes.set(local, specifier);
      else checkName(node, name, specifier);
    }
  };

  /** A constant of this file for its name; anything else as it is. */
  const valueOf = (node: ts.Expression | undefined): ts.Expression | undefined =>
    node !== undefined && ts.isIdentifier(node) ? (constants.get(node.text) ?? node) : node;

  const checkFlags = (node: ts.CallExpression): void => {
    const flags = valueOf(node.arguments[1])?.getText(source);
    // Windows lacks some flags: `(constants.O_NOFOLLOW ?? 0)`.
    if (flags !== undefined && !READING_FLAGS.test(flags.replaceAll(/\(([\w.]+) \?\? 0\)/g, '$1')))
      report(node, `opens a file with flags ${flags}`);
  };

  /** `fs.name` is as good as an import of the name; any other use of `fs` hides what is done with it. */
  const checkUseOfWhole = (node: ts.Identifier, specifier: string): void => {
    const { parent } = node;
    if (ts.isImportClause(parent) || ts.isNamespaceImport(parent)) return;
    if (ts.isPropertyAccessExpression(parent) && parent.expression === node) {
      const name = parent.name.text;
      if (!OPENING_NAMES.has(name)) checkName(node, name, specifier);
      else if (ts.isCallExpression(parent.parent) && parent.parent.expression === parent)
        checkFlags(parent.parent);
      else report(node, `passes ${name} of ${specifier} on`);
    } else if (ts.isQualifiedName(parent) && parent.left === node) {
      // A type: `fs.Stats`.
    } else if (!(ts.isPropertyAccessExpression(parent) && parent.name === node)) {
      report(node, `passes every name of ${specifier} on`);
    }
  };

  const checkCall = (node: ts.CallExpression): void => {
    const called = node.expression;
    const first = node.arguments[0];
    if (called.kind === ts.SyntaxKind.ImportKeyword) {
      if (first === undefined || !ts.isStringLiteralLike(first)) {
        report(node, 'imports a module that only running shows');
      } else {
        checkModule(node, first.text);
        if (FILE_SYSTEM_MODULES.has(first.text) && !mayChangeFiles)
          report(node, `imports ${first.text} late`);
      }
    } else if (ts.isIdentifier(called) && openers.has(called.text)) {
      checkFlags(node);
    } else if (ts.isIdentifier(called) && called.text === 'createRequire' && rules.loadsAddon !== true) {
      // `createRequire(import.meta.url)('../package.json')` says what it takes; a kept function does not.
      // Nor does `.resolve('package')`, which only finds a path, keep one.
      const resolves = ts.isPropertyAccessExpression(node.parent) && node.parent.name.text === 'resolve';
      const required = argumentOf(resolves ? node.parent : node);
      if (required === undefined || !ts.isStringLiteralLike(required))
        report(node, 'keeps a require function');
      else checkModule(node, required.text);
    } else if (ts.isPropertyAccessExpression(called) && called.name.text === 'getBuiltinModule') {
      report(node, 'takes a module around its import');
    }
  };

  const visit = (node: ts.Node): void => {
    const specifier = moduleOf(node);
    if (specifier !== undefined) checkModule(node, specifier);
    if (specifier !== undefined && (ts.isImportDeclaration(node) || ts.isExportDeclaration(node))) {
      checkNames(node, specifier);
    }
    if (ts.isCallExpression(node)) checkCall(node);
    if (ts.isIdentifier(node)) {
      const whole = wholes.get(node.text);
      if (whole !== undefined) checkUseOfWhole(node, whole);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return violations;
}

/** The first argument of the call whose function this is, if it is one. */
function argumentOf(called: ts.Node): ts.Node | undefined {
  const { parent } = called;
  return ts.isCallExpression(parent) && parent.expression === called ? parent.arguments[0] : undefined;
}

/** What the constants at a file's top level are set to. */
function constantsOf(source: ts.SourceFile): Map<string, ts.Expression> {
  const constants = new Map<string, ts.Expression>();
  for (const statement of source.statements) {
    if (!ts.isVariableStatement(statement) || (statement.declarationList.flags & ts.NodeFlags.Const) === 0)
      continue;
    for (const { name, initializer } of statement.declarationList.declarations) {
      if (ts.isIdentifier(name) && initializer !== undefined) constants.set(name.text, initializer);
    }
  }
  return constants;
}

/** The module that a declaration or an import type names; `undefined` for any other node. */
function moduleOf(node: ts.Node): string | undefined {
  let specifier: ts.Node | undefined;
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) specifier = node.moduleSpecifier;
  else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
    specifier = node.argument.literal;
  else if (ts.isExternalModuleReference(node)) specifier = node.expression;
  return specifier !== undefined && ts.isStringLiteralLike(specifier) ? specifier.text : undefined;
}

/** The names that a declaration takes from its module: `*` and `default` where it takes the whole. */
function namesOf(node: ts.ImportDeclaration | ts.ExportDeclaration): { name: string; local: string }[] {
  if (ts.isExportDeclaration(node)) {
    if (node.exportClause === undefined || ts.isNamespaceExport(node.exportClause)) {
      return [{ name: '*', local: '*' }];
    }
    return node.exportClause.elements.map((element) => {
      const name = (element.propertyName ?? element.name).text;
      // Handing `open` on would hide its calls from this check.
      return { name: OPENING_NAMES.has(name) ? `${name} for export` : name, local: element.name.text };
    });
  }
  const clause = node.importClause;
  if (clause === undefined) return [];
  const names = clause.name === undefined ? [] : [{ name: 'default', local: clause.name.text }];
  const bindings = clause.namedBindings;
  if (bindings === undefined) return names;
  if (ts.isNamespaceImport(bindings)) return [...names, { name: '*', local: bindings.name.text }];
  return names.concat(
    bindings.elements.map((element) => ({
      name: (element.propertyName ?? element.name).text,
      local: element.name.text,
    })),
  );
}
