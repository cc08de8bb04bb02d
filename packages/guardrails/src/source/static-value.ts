import type { Scope } from './scopes.js';
import { bare, keyName, type Node } from './syntax.js';

/** What an expression is, as far as reading shows. `node` is where the value is written. */
export type StaticValue =
  | { readonly kind: 'text'; readonly text: string; readonly node: Node }
  | { readonly kind: 'list'; readonly items: readonly StaticValue[]; readonly node: Node }
  | { readonly kind: 'object'; readonly entries: ReadonlyMap<string, StaticValue>; readonly isOpen: boolean }
  /** `undefined`, or nothing at all. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'computed' };

const COMPUTED: StaticValue = { kind: 'computed' };
const ABSENT: StaticValue = { kind: 'absent' };

/** Constants may be made of constants, up to here; beyond it is a cycle. */
const MAX_DEPTH = 40;

/**
 * Reads the value of an expression without running anything: literals, templates, sums, arrays and objects with spreads,
 * members, `Object.freeze`, `Object.keys` and `Object.values`, enums, and names that are set once in the same file.
 */
export function staticValue(expression: Node | null | undefined, scope: Scope, depth = 0): StaticValue {
  if (expression === null || expression === undefined) return ABSENT;
  if (depth > MAX_DEPTH) return COMPUTED;
  const read = (node: Node): StaticValue => staticValue(node, scope, depth + 1);
  const node = bare(expression);
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'string' || typeof node.value === 'number'
        ? { kind: 'text', text: String(node.value), node }
        : COMPUTED;
    case 'TemplateLiteral': {
      const parts = node.quasis.flatMap(({ value }, index) => {
        const hole = node.expressions[index];
        const own: (string | undefined)[] = [value.cooked ?? undefined];
        return hole === undefined ? own : own.concat(textOf(read(hole)));
      });
      return joined(parts, node);
    }
    case 'BinaryExpression':
      if (node.operator !== '+') return COMPUTED;
      return joined([textOf(read(node.left)), textOf(read(node.right))], node);
    case 'ArrayExpression':
      return {
        kind: 'list',
        node,
        items: node.elements.flatMap((element) => {
          if (element === null) return [COMPUTED];
          if (element.type !== 'SpreadElement') return [read(element)];
          const spread = read(element.argument);
          return spread.kind === 'list' ? spread.items : [COMPUTED];
        }),
      };
    case 'ObjectExpression':
      return readObject(node.properties, read);
    case 'TSEnumDeclaration':
      return readEnum(node.body.members, read);
    case 'Identifier': {
      if (node.name === 'undefined') return ABSENT;
      const values = scope.find(node.name)?.values ?? [];
      const [value] = values;
      if (value === undefined || values.length > 1) return COMPUTED;
      let at = staticValue(value.node, value.scope, depth + 1);
      for (const key of value.path) at = memberOf(at, key);
      return at;
    }
    case 'MemberExpression': {
      const key = keyName(node.property, node.computed);
      return key === undefined ? COMPUTED : memberOf(read(node.object), key);
    }
    case 'CallExpression':
      return readObjectFunction(node.callee, node.arguments, read);
    default:
      return COMPUTED;
  }
}

/** The text of a value, if it is one. */
export function textOf(value: StaticValue): string | undefined {
  return value.kind === 'text' ? value.text : undefined;
}

/** A member of a value that was read. */
export function memberOf(value: StaticValue, key: string): StaticValue {
  if (value.kind === 'object') return value.entries.get(key) ?? (value.isOpen ? COMPUTED : ABSENT);
  if (value.kind === 'list' && /^\d+$/.test(key)) return value.items[Number(key)] ?? COMPUTED;
  return COMPUTED;
}

function joined(parts: readonly (string | undefined)[], node: Node): StaticValue {
  return parts.includes(undefined) ? COMPUTED : { kind: 'text', text: parts.join(''), node };
}

type Read = (node: Node) => StaticValue;

function readObject(properties: readonly Node[], read: Read): StaticValue {
  const entries = new Map<string, StaticValue>();
  let isOpen = false;
  for (const property of properties) {
    if (property.type === 'SpreadElement') {
      const spread = read(property.argument);
      if (spread.kind !== 'object' || spread.isOpen) isOpen = true;
      if (spread.kind === 'object') for (const [key, value] of spread.entries) entries.set(key, value);
      else for (const key of entries.keys()) entries.set(key, COMPUTED);
    } else if (property.type === 'Property') {
      const key = keyName(property.key, property.computed);
      if (key === undefined) isOpen = true;
      else entries.set(key, property.kind === 'init' && !property.method ? read(property.value) : COMPUTED);
    }
  }
  return { kind: 'object', entries, isOpen };
}

function readEnum(members: readonly Node[], read: Read): StaticValue {
  const entries = new Map<string, StaticValue>();
  for (const member of members) {
    if (member.type !== 'TSEnumMember') continue;
    const key = keyName(member.id, member.computed ?? false);
    if (key !== undefined) entries.set(key, read(member.initializer ?? member.id));
  }
  return { kind: 'object', entries, isOpen: false };
}

function readObjectFunction(callee: Node, args: readonly Node[], read: Read): StaticValue {
  const [argument] = args;
  if (argument === undefined || callee.type !== 'MemberExpression') return COMPUTED;
  if (callee.object.type !== 'Identifier' || callee.object.name !== 'Object') return COMPUTED;
  const value = read(argument);
  switch (keyName(callee.property, callee.computed)) {
    case 'freeze':
      return value;
    case 'keys':
      if (value.kind !== 'object' || value.isOpen) return COMPUTED;
      return {
        kind: 'list',
        node: argument,
        items: [...value.entries.keys()].map((text) => ({ kind: 'text', text, node: argument })),
      };
    case 'values':
      if (value.kind !== 'object' || value.isOpen) return COMPUTED;
      return { kind: 'list', node: argument, items: [...value.entries.values()] };
    default:
      return COMPUTED;
  }
}
