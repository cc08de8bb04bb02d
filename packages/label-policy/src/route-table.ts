/** Templates of routes, and how to find the one of a path. */
export interface RouteTable {
  readonly templates: ReadonlySet<string>;
  /** The template that matches a path without query, the most literal one first; undefined if none does. */
  find(path: string): string | undefined;
}

interface Node {
  readonly literal: Map<string, Node>;
  parameter: Node | undefined;
  /** The template that ends here. */
  template: string | undefined;
  /** The template that ends here with `*`. */
  rest: string | undefined;
}

const PARAMETER =
  /^(?::[A-Za-z_][A-Za-z0-9_]{0,63}|\{[A-Za-z_][A-Za-z0-9_]{0,63}\}|\[[A-Za-z_][A-Za-z0-9_]{0,63}\])$/;

/** Files templates segment by segment; returns every problem instead where there is one. */
export function makeRouteTable(
  templates: readonly string[],
): RouteTable | { readonly problems: readonly string[] } {
  if (templates.length === 0) return { problems: ['routes() has no templates; expected at least one'] };
  const root = newNode();
  const problems: string[] = [];
  for (const template of new Set(templates)) {
    const problem = file(root, template);
    if (problem !== undefined)
      problems.push(`routes() has the template ${JSON.stringify(template)}, which ${problem}`);
  }
  if (problems.length > 0) return { problems };
  return { templates: new Set(templates), find: (path) => find(root, segmentsOf(path)) };
}

function file(root: Node, template: string): string | undefined {
  if (typeof template !== 'string' || !template.startsWith('/')) return 'does not begin with a slash';
  if (/[?#\s]/.test(template)) return 'has a query, a fragment or white space';
  let node = root;
  const segments = segmentsOf(template);
  for (const [at, segment] of segments.entries()) {
    if (segment === '*') {
      if (at !== segments.length - 1) return 'has * before its last segment';
      if (node.rest !== undefined) return 'matches the same paths as another';
      node.rest = template;
      return undefined;
    }
    if (PARAMETER.test(segment)) {
      node = node.parameter ??= newNode();
    } else {
      if (/[:*{}[\]]/.test(segment)) return 'has a segment that is a parameter only in part';
      let next = node.literal.get(segment);
      if (next === undefined) node.literal.set(segment, (next = newNode()));
      node = next;
    }
  }
  if (node.template !== undefined) return 'matches the same paths as another';
  node.template = template;
  return undefined;
}

interface Way {
  readonly node: Node;
  /** The `*` passed last on this way. */
  readonly rest: string | undefined;
}

/**
 * Follows all ways at once, the most literal first; a node is in the tree once, so there are never more ways than
 * the templates have segments, whatever the path is.
 */
function find(root: Node, segments: readonly string[]): string | undefined {
  let ways: Way[] = [{ node: root, rest: undefined }];
  const rests: string[] = [];
  for (const segment of segments) {
    const next: Way[] = [];
    for (const { node, rest: before } of ways) {
      const rest = node.rest ?? before;
      const literal = node.literal.get(segment);
      if (literal !== undefined) next.push({ node: literal, rest });
      if (node.parameter !== undefined && segment !== '') next.push({ node: node.parameter, rest });
      if (literal === undefined && node.parameter === undefined && rest !== undefined) rests.push(rest);
    }
    ways = next;
    if (ways.length === 0) break;
  }
  for (const { node, rest } of ways) {
    if (node.template !== undefined) return node.template;
    if (node.rest ?? rest) rests.push(node.rest ?? rest ?? '');
  }
  // The longest `*` is the most literal one: the others match all of its paths too.
  return rests.toSorted((a, b) => segmentsOf(b).length - segmentsOf(a).length)[0];
}

/** `/a/b/` has the segments of `/a/b`, and `//a` those of `/a`: routers take them for the same. */
function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}

function newNode(): Node {
  return { literal: new Map(), parameter: undefined, template: undefined, rest: undefined };
}
