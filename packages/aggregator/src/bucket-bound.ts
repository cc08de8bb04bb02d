const BOUND = /^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;

/** Reads the text of a `le` label; undefined where it is not a number, `+Inf` or `-Inf`. */
export function parseBound(text: string): number | undefined {
  if (text === '+Inf') return Infinity;
  if (text === '-Inf') return -Infinity;
  return BOUND.test(text) ? Number(text) : undefined;
}
