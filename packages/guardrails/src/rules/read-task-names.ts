import type { TaskNameSource } from '../settings/guard-config.js';
import { LineTable } from '../source/line-table.js';
import type { Place } from '../source/module-facts.js';
import { readScopes, type Scope } from '../source/scopes.js';
import { memberOf, type StaticValue, staticValue, textOf } from '../source/static-value.js';
import { bare, forEachChild, keyName, type Node, parseSource } from '../source/syntax.js';

/** A name of a task or queue in a source, or a place where one should be and cannot be read. */
export type TaskName = Place &
  ({ readonly kind: 'name'; readonly name: string } | { readonly kind: 'computed' });

/** Reads the names that a file registers; undefined where the file has no such constant. */
export function readTaskNames(path: string, text: string, source: TaskNameSource): TaskName[] | undefined {
  const { program } = parseSource(path, text);
  const lines = new LineTable(text);
  const scopes = readScopes(program);
  const root = scopes.get(program);
  if (root === undefined) return undefined;
  const place = (node: Node): Place => lines.placeOf(node.start);
  const named = (value: StaticValue, fallback: Node): TaskName =>
    value.kind === 'text'
      ? { kind: 'name', name: value.text, ...place(value.node) }
      : { kind: 'computed', ...place(fallback) };

  if (source.call !== undefined) {
    const { call, argument } = source;
    const names: TaskName[] = [];
    forEachCall(program, root, scopes, (callee, args, scope) => {
      const given = args[argument];
      if (calledName(callee) === call && given !== undefined) {
        const value = staticValue(given, scope);
        const items = value.kind === 'list' ? value.items : [value];
        names.push(...items.map((item) => named(item, given)));
      }
    });
    return names;
  }
  const [value] = root.find(source.export)?.values ?? [];
  if (value === undefined) return undefined;
  return elements(staticValue(value.node, value.scope), source.property).map((item) =>
    named(item, value.node),
  );
}

/** The names in a constant: a list's items, a record's values where these are names, else its keys. */
function elements(value: StaticValue, property: string | undefined): readonly StaticValue[] {
  const pick = (item: StaticValue): StaticValue => (property === undefined ? item : memberOf(item, property));
  if (value.kind === 'list') return value.items.map((item) => pick(item));
  if (value.kind !== 'object') return [pick(value)];
  if (value.isOpen) return [{ kind: 'computed' }];
  const values = [...value.entries.values()].map((item) => pick(item));
  if (property !== undefined || values.every((item) => textOf(item) !== undefined)) return values;
  return [...value.entries].map(([key, item]) =>
    'node' in item
      ? { kind: 'text', text: key, node: item.node }
      : { kind: 'text', text: key, node: NOWHERE },
  );
}

/** For keys whose values have no place of their own. */
const NOWHERE = { type: 'EmptyStatement', start: 0, end: 0 } as const satisfies Node;

function calledName(callee: Node): string | undefined {
  const node = bare(callee);
  if (node.type === 'Identifier') return node.name;
  return node.type === 'MemberExpression' ? keyName(node.property, node.computed) : undefined;
}

function forEachCall(
  node: Node,
  outer: Scope,
  scopes: ReadonlyMap<Node, Scope>,
  visit: (callee: Node, args: readonly Node[], scope: Scope) => void,
): void {
  const scope = scopes.get(node) ?? outer;
  if (node.type === 'CallExpression' || node.type === 'NewExpression')
    visit(node.callee, node.arguments, scope);
  forEachChild(node, (child) => forEachCall(child, scope, scopes, visit));
}
