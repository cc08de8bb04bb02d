import ts from 'typescript';

/** Metrics, whose objects of labels are told from data objects with exemplars. */
const METRICS = new Set(['Counter', 'Gauge', 'Histogram', 'Summary']);

/** How an argument or parameter is named in a call: by what tells the overloads of prom-client apart. */
export type ArgumentKind =
  | 'number'
  | 'text'
  | 'texts'
  | 'labels'
  | 'data'
  | 'object'
  | 'function'
  | 'boolean';

/** Whether an owner such as `Counter.Internal` belongs to a metric. */
export function isOfMetric(owner: string): boolean {
  return METRICS.has(owner.replace(/[.(].*/, ''));
}

/** The name of a call: `Counter.inc(labels, number)`. */
export function callName(member: string, kinds: readonly ArgumentKind[]): string {
  return `${member}(${kinds.join(', ')})`;
}

/**
 * Lists everything that a library's declarations let a program call, read or give: each overload of each function,
 * method and constructor with each number of optional arguments, each property, each option. Names of types alone
 * are left out, since at run time there is nothing of them.
 *
 * @param file - Path of the declarations.
 */
export function typeMembers(file: string): Set<string> {
  const program = ts.createProgram([file], { strict: true, noEmit: true, types: [] });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  if (source === undefined) throw new Error(`${file} is not there.`);
  const members = new Set<string>();

  const addOptions = (type: ts.Type, name: string): void => {
    for (const property of type.getNonNullableType().getProperties()) members.add(`${name}.${property.name}`);
  };

  const addCalls = (member: string, owner: string, signature: ts.Signature): void => {
    const kinds: ArgumentKind[] = [];
    const parameters = signature.getParameters();
    for (const parameter of parameters) {
      const declaration = parameter.valueDeclaration as ts.ParameterDeclaration;
      const isOptional = declaration.questionToken !== undefined;
      if (isOptional) members.add(callName(member, kinds));
      kinds.push(kindOf(declaration, owner));
      const type = declaration.type?.getText(source).replace(/<.*/s, '') ?? '';
      if (/(?:Configuration|WithExemplar|Parameters)$/.test(type)) {
        addOptions(checker.getTypeOfSymbol(parameter), type);
      }
    }
    members.add(callName(member, kinds));
    // Timers return a function that takes labels, too.
    for (const returned of signature.getReturnType().getCallSignatures()) {
      addCalls(`${member}()`, owner, returned);
    }
  };

  const addMember = (owner: string, name: string, symbol: ts.Symbol): void => {
    const type = checker.getTypeOfSymbol(symbol);
    const signatures = type.getCallSignatures();
    for (const signature of signatures) addCalls(`${owner}.${name}`, owner, signature);
    if (signatures.length === 0) members.add(`${owner}.${name}`);
  };

  /** Not what a class has of another one. */
  const addOwn = (owner: string, property: ts.Symbol, ofClass: ts.Symbol): void => {
    if (property.valueDeclaration?.parent === ofClass.valueDeclaration) {
      addMember(owner, property.name, property);
    }
  };

  const addClass = (owner: string, symbol: ts.Symbol): void => {
    const statics = checker.getTypeOfSymbol(symbol);
    for (const signature of statics.getConstructSignatures()) addCalls(`new ${owner}`, owner, signature);
    for (const property of statics.getProperties()) {
      if (property.name !== 'prototype' && (property.flags & ts.SymbolFlags.Value) !== 0) {
        addOwn(owner, property, symbol);
      }
    }
    for (const property of checker.getDeclaredTypeOfSymbol(symbol).getProperties()) {
      addOwn(owner, property, symbol);
    }
    // What labels() returns.
    const inner = symbol.exports?.get(ts.escapeLeadingUnderscores('Internal'));
    for (const property of inner === undefined
      ? []
      : checker.getDeclaredTypeOfSymbol(inner).getProperties()) {
      addMember(`${owner}.labels()`, property.name, property);
    }
  };

  const moduleSymbol = checker.getSymbolAtLocation(source);
  for (const symbol of moduleSymbol === undefined ? [] : checker.getExportsOfModule(moduleSymbol)) {
    if ((symbol.flags & ts.SymbolFlags.Class) !== 0) addClass(symbol.name, symbol);
    else if ((symbol.flags & (ts.SymbolFlags.Function | ts.SymbolFlags.Variable)) !== 0) {
      addMember('client', symbol.name, symbol);
      for (const property of checker.getTypeOfSymbol(symbol).getProperties()) {
        if (symbol.name === 'collectDefaultMetrics' && property.name === 'metricsList') {
          members.add(`client.${symbol.name}.${property.name}`);
        }
      }
    }
  }
  return members;

  function kindOf(declaration: ts.ParameterDeclaration, owner: string): ArgumentKind {
    const text = declaration.type?.getText(source) ?? '';
    if (declaration.dotDotDotToken !== undefined) return 'texts';
    if (text === 'number') return 'number';
    if (text === 'boolean') return 'boolean';
    if (text === 'string' || text.endsWith('ContentType')) return 'text';
    if (text.includes('WithExemplar')) return 'data';
    return text.startsWith('LabelValues') && isOfMetric(owner) ? 'labels' : 'object';
  }
}
