/** Whether a pattern's place takes a UTF-16 code unit. */
export type Accepts = (code: number) => boolean;

type Read = { readonly accepts: Accepts; readonly end: number } | { readonly problem: string };

const CLASSES: Readonly<Record<string, RegExp>> = {
  d: /\d/,
  D: /\D/,
  w: /\w/,
  W: /\W/,
  s: /\s/,
  S: /\S/,
};

/**
 * Reads the one character or class of characters at a place of a pattern's source: `a`, `.`, `\d`, `\.`, `[a-z_]`.
 * Each is tried on one code unit at a time, by the language's own engine.
 */
export function readCharacters(source: string, at: number, ignoreCase: boolean): Read {
  const character = source.charAt(at);
  if (character === '[') return readSet(source, at, ignoreCase);
  if (character === '\\') return readEscape(source, at, ignoreCase);
  if (/[*+?{}()|^$\]]/.test(character)) return { problem: `has "${character}" out of place` };
  return { accepts: oneUnit(character, ignoreCase), end: at + 1 };
}

function readEscape(source: string, at: number, ignoreCase: boolean): Read {
  const escaped = source.charAt(at + 1);
  if (CLASSES[escaped] === undefined && !/[^0-9A-Za-z]/.test(escaped)) {
    return { problem: `has "\\${escaped}"; expected \\d, \\w, \\s, their opposites, or an escaped sign` };
  }
  return { accepts: oneUnit(`\\${escaped}`, ignoreCase), end: at + 2 };
}

/** From `[` to the `]` that no backslash stands before. */
function readSet(source: string, at: number, ignoreCase: boolean): Read {
  let end = at + 1;
  while (end < source.length && source.charAt(end) !== ']') end += source.charAt(end) === '\\' ? 2 : 1;
  if (end >= source.length) return { problem: 'has a class without an end' };
  return { accepts: oneUnit(source.slice(at, end + 1), ignoreCase), end: end + 1 };
}

/** A test of one code unit; those of ASCII are answered from a table. */
function oneUnit(source: string, ignoreCase: boolean): Accepts {
  const expression = new RegExp(`^${source}$`, ignoreCase ? 'i' : '');
  const test = (code: number): boolean => expression.test(String.fromCharCode(code));
  const ascii = Array.from({ length: 128 }, (_, code) => test(code));
  return (code) => ascii[code] ?? test(code);
}
