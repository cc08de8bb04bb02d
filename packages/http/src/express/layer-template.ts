/** A path as an application declares it. */
export type DeclaredPath = string | RegExp | readonly DeclaredPath[];

/** What is read of a layer of Express 4 or of `router`, which Express 5 uses. */
export interface Layer {
  readonly handle: unknown;
  /** A route's own layer; `undefined` for what `use()` was given. */
  readonly route?:
    | { readonly path: DeclaredPath; readonly methods: Readonly<Record<string, boolean | undefined>> }
    | undefined;
  /** From `router` 2.3 on: the path of `use()`. */
  readonly rawPath?: DeclaredPath;
  /** `router`: one for each path of an array. */
  readonly matchers?: readonly ((path: string) => unknown)[];
  /** `router`: `use()` without a path. */
  readonly slash?: boolean;
  /** Express 4. */
  readonly regexp?: RegExp & { readonly fast_slash?: boolean };
  readonly keys?: readonly { readonly name: string | number }[];
}

/** Stands for the path of a mount that nobody has seen being declared. */
export const UNKNOWN_PATH = '/*';

/** The templates of a layer; more than one where it was declared with an array, in the order of its matchers. */
export function templatesOf(layer: Layer, recorded: DeclaredPath | undefined): readonly string[] {
  const path = layer.route?.path ?? layer.rawPath ?? recorded;
  if (path !== undefined) {
    const paths = Array.isArray(path) ? (path.flat(Infinity) as (string | RegExp)[]) : [path];
    return paths.map((each) => normalize(String(each), each instanceof RegExp));
  }
  // A handler within a route is a layer, too, with the method that it is for.
  if (layer.slash === true || Object.hasOwn(layer, 'method') || layer.regexp?.fast_slash === true)
    return ['/'];
  return [layer.regexp === undefined ? UNKNOWN_PATH : readRegExp(layer.regexp, layer.keys ?? [])];
}

function normalize(text: string, isRegExp: boolean): string {
  if (isRegExp) return text.startsWith('/') ? text : `/${text}`;
  const path = text.replace(/\/+$/, '');
  return path === '' || path.startsWith('/') ? path || '/' : `/${path}`;
}

/**
 * The path of which Express 4 made a regular expression, where it is one of texts and plain parameters.
 *
 * Each parameter is `(?:\/([^\/]+?))` there or, after a text in its segment, a group with that text in it (path-to-regexp
 * 0.1).
 */
function readRegExp({ source }: RegExp, keys: readonly { readonly name: string | number }[]): string {
  const end = /\\\/\?(?:\(\?=\\\/\|\$\)|\$)$/;
  if (!source.startsWith('^') || !end.test(source)) return UNKNOWN_PATH;
  let next = 0;
  const path = source
    .slice(1)
    .replace(end, '')
    .replaceAll(/\(\?:(\\\/)?\(\[\^\\\/\]\+\?\)\)/g, (_group, slash: string | undefined) => {
      const name = String(keys[next++]?.name ?? 'param');
      return `${slash === undefined ? '' : '/'}:${name}`;
    })
    .replaceAll(/\\([./-])/g, '$1');
  if (path === '') return '/';
  return next === keys.length && /^(?:\/[\w.:~-]+)+$/.test(path) ? path : UNKNOWN_PATH;
}
