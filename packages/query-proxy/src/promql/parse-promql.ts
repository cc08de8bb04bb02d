import type { SyntaxNode, Tree } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';

/** An expression that PromQL's grammar accepts, with its syntax tree. */
export interface ParsedPromql {
  readonly text: string;
  readonly tree: Tree;
}

/**
 * Parses an expression with the grammar that Prometheus's own web interface uses.
 *
 * Stricter than that grammar where its tokens are laxer than the server's: a string has to end, and
 * outside of strings there is nothing but printable ASCII, space, tab and newline. (Prometheus ends a comment at
 * a carriage return, the grammar does not: what it takes for a comment would run.)
 *
 * @returns undefined where the text is no expression.
 */
export function parsePromql(text: string): ParsedPromql | undefined {
  const tree = parser.parse(text);
  let sound = true;
  // Everything between the strings, in pieces.
  let plainFrom = 0;
  tree.iterate({
    enter: (node) => {
      if (node.type.isError) sound = false;
      if (node.name !== 'StringLiteral') return;
      sound &&= isClosed(text.slice(node.from, node.to)) && isPlain(text.slice(plainFrom, node.from));
      plainFrom = node.to;
    },
  });
  return sound && isPlain(text.slice(plainFrom)) ? { text, tree } : undefined;
}

/** Visits every node of a name, in the order of the text. */
export function nodesNamed({ tree }: ParsedPromql, name: string): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  tree.iterate({ enter: (node) => void (node.name === name && found.push(node.node)) });
  return found;
}

/** The kinds of an expression's nodes and how they nest, without their texts: equal shapes mean the same but for literals. */
export function shapeOf({ tree }: ParsedPromql): string {
  let shape = '';
  tree.iterate({
    enter: ({ name }) => {
      shape += `${name}(`;
    },
    leave: () => {
      shape += ')';
    },
  });
  return shape;
}

function isPlain(text: string): boolean {
  return /^[\t\n\x20-\x7e]*$/.test(text);
}

function isClosed(literal: string): boolean {
  // In `"a\"` the last quote is escaped: the grammar takes the string as unended.
  return literal.startsWith('`')
    ? /^`[^`]*`$/.test(literal)
    : /^(["'])(?:\\[^\n]|(?!\1)[^\\\n])*\1$/u.test(literal);
}
