import type { ModuleUse } from './module-facts.js';
import type { Scope } from './scopes.js';
import { staticValue } from './static-value.js';
import { bare, keyName, type Node } from './syntax.js';

const READING_TEXTS = new Set(['r', 'rs', 'sr']);
const READING_CONSTANTS = /^O_(?:RDONLY|NOFOLLOW|DIRECTORY|NONBLOCK|NOATIME|SYNC|DSYNC|DIRECT)$/;

/** What the flags of a call of `open` say: whether the file can be changed through it. */
export function openFlags(flags: Node | undefined, scope: Scope): NonNullable<ModuleUse['opens']> {
  if (flags === undefined) return 'reading';
  const value = staticValue(flags, scope);
  if (value.kind === 'absent') return 'reading';
  if (value.kind === 'text')
    return READING_TEXTS.has(value.text) || value.text === '0' ? 'reading' : 'writing';
  return combined(flags, scope, 0);
}

/** `constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0)`, also through a name. */
function combined(expression: Node, scope: Scope, depth: number): NonNullable<ModuleUse['opens']> {
  if (depth > 20) return 'unknown';
  const node = bare(expression);
  const read = (part: Node): NonNullable<ModuleUse['opens']> => combined(part, scope, depth + 1);
  switch (node.type) {
    case 'Literal':
      return node.value === 0 ? 'reading' : 'unknown';
    case 'BinaryExpression':
      return node.operator === '|' ? worse(read(node.left), read(node.right)) : 'unknown';
    case 'LogicalExpression':
      return worse(read(node.left), read(node.right));
    case 'MemberExpression':
      return judged(keyName(node.property, node.computed));
    case 'Identifier': {
      if (node.name.startsWith('O_')) return judged(node.name);
      const values = scope.find(node.name)?.values ?? [];
      const [value] = values;
      if (value === undefined || values.length > 1) return 'unknown';
      const member = value.path.at(-1);
      return member === undefined ? combined(value.node, value.scope, depth + 1) : judged(member);
    }
    default:
      return 'unknown';
  }
}

function judged(name: string | undefined): NonNullable<ModuleUse['opens']> {
  if (name === undefined || !name.startsWith('O_')) return 'unknown';
  return READING_CONSTANTS.test(name) ? 'reading' : 'writing';
}

const ORDER = ['reading', 'unknown', 'writing'] as const;

function worse(one: (typeof ORDER)[number], other: (typeof ORDER)[number]): (typeof ORDER)[number] {
  return ORDER.indexOf(one) > ORDER.indexOf(other) ? one : other;
}
